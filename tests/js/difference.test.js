import assert from "node:assert/strict";
import { test } from "node:test";
import { difference } from "../../corrections_app/static/js/lib/difference.js";

const cases = [
  ["nothing changed", "the same", "the same", ["the same", "", "", ""]],
  ["one word in the middle", "we recieve it", "we receive it", ["we ", "recieve", "receive", " it"]],
  ["a word that came", "one three", "one two three", ["one ", "", "two ", "three"]],
  ["a word that went", "very very good", "very good", ["very ", "very ", "", "good"]],
  ["everything went", "all", "", ["", "all", "", ""]],
  ["a repeated end is counted once", "a a", "a a a", ["a a", "", " a", ""]],
  ["Arabic", "الى البيت", "إلى البيت", ["", "الى", "إلى", " البيت"]],
  ["emoji are not cut", "rain 🌧 now", "rain 🌦 now", ["rain ", "🌧", "🌦", " now"]],
];

for (const [name, old, now, expected] of cases) {
  test(`a difference is told in whole words: ${name}`, () => {
    assert.deepEqual(difference(old, now), expected);
  });
}

test("both texts can be put together again from a difference", () => {
  for (const [, old, now] of cases) {
    const [head, removed, added, tail] = difference(old, now);

    assert.equal(head + removed + tail, old);
    assert.equal(head + added + tail, now);
  }
});
