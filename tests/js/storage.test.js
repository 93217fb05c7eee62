// What stays on the reader's device. A plain object serves as storage where there is no browser.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { isSame, keep, keepReceipt } from "../../corrections_app/static/js/lib/storage.js";

const same = [
  ["the same words", { start: "3" }, { start: "3" }, true],
  ["the same letters elsewhere", { start: "3" }, { start: "9" }, false],
  ["the same words of an older text", { start: "3", revision: "1" }, { start: "9", revision: "2" }, true],
  ["other words at the same place", { start: "3" }, { start: "3", exact: "b" }, false],
  ["the very first words", { start: "0" }, { start: "0" }, true],
  ["two remarks", { start: undefined }, { start: undefined, exact: "typed" }, true],
  ["a remark of an older text", { revision: "1" }, { revision: "2" }, true],
  ["a remark and words", {}, { start: "3" }, false],
  ["words and a remark", { start: "3" }, {}, false],
];

for (const [name, a, b, expected] of same) {
  test(`drafts are told apart by what they are about: ${name}`, () => {
    const common = { exact: "a", revision: "1" };

    assert.equal(isSame({ ...common, ...a }, { ...common, ...b }), expected);
  });
}

beforeEach(() => (globalThis.localStorage = {}));

const form = (fields) => Object.entries(fields);
class Entries {
  constructor(entries) {
    this.entries = entries;
  }
  [Symbol.iterator]() {
    return this.entries[Symbol.iterator]();
  }
}
globalThis.FormData = Entries;
const words = { revision: "1", start: "3", exact: "a", replacement: "b", key: "k" };
const drafts = () => JSON.parse(localStorage["corrections.drafts.slug"] || "[]");

test("of several drafts for the same words the last one is kept, with its key", () => {
  keep("slug", form(words), "/at");
  keep("slug", form({ ...words, replacement: "c" }), "/at");

  assert.deepEqual(drafts(), [{ address: "/at", fields: { ...words, replacement: "c" } }]);
});

test("drafts for other words stay when one is sent", () => {
  keep("slug", form(words), "/at");
  keep("slug", form({ ...words, start: "7" }), "/there");
  keep("slug", form(words));

  assert.deepEqual(drafts().map(({ address }) => address), ["/there"]);
});

test("receipts are kept newest first, two hundred at most", () => {
  for (let n = 0; n < 205; n++) keepReceipt({ url: `/${n}`, reference: `${n}`, title: "", sent: "" });

  const kept = JSON.parse(localStorage["corrections.receipts"]);
  assert.equal(kept.length, 200);
  assert.equal(kept[0].url, "/204");
});

for (const [name, spoilt] of [
  ["spoilt", { "corrections.drafts.slug": "{[" }],
  ["forbidden", null],
  [
    "full",
    new Proxy({}, {
      set() {
        throw new Error("QuotaExceededError");
      },
    }),
  ],
]) {
  test(`nothing breaks where storage is ${name}`, () => {
    globalThis.localStorage = spoilt;

    assert.doesNotThrow(() => keep("slug", form(words), "/at"));
  });
}
