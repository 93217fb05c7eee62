// What waits on the device: when it is tried again, and what an answer does to it.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const here = "https://news.example";
Object.assign(globalThis, {
  location: { origin: here },
  document: { querySelector: () => null },
});
Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
const { deliver, pause } = await import("../../corrections_app/static/js/lib/waiting.js");

const fields = { revision: "1", start: "3", end: "4", exact: "a", replacement: "b", key: "k" };
const kept = (name) => JSON.parse(localStorage["corrections." + name] ?? "[]");
const keep = (name, value) => (localStorage["corrections." + name] = JSON.stringify(value));
const answers = (status, body, headers = {}) => {
  globalThis.fetch = async () => new Response(body, { status, headers });
};

beforeEach(() => {
  globalThis.localStorage = {};
  keep("waiting.k", { action: here + "/articles/slug/corrections", fields });
});

test("what is refused without a word of ours is told, and tried no more", async () => {
  answers(403, "<h1>Blocked</h1>");

  const told = await deliver();

  assert.deepEqual([told.waits, kept("waiting.k")], [0, []]);
  assert.match(told.refused.message, /403/);
  assert.deepEqual(kept("drafts.slug")[0].fields, fields);
});

test("a page that is no answer of the newsroom's leaves it waiting", async () => {
  answers(200, "<h1>Sign in to the network of this hotel</h1>");

  const told = await deliver();

  assert.deepEqual([told.waits, kept("waiting.k").fields], [1, fields]);
});

test("whoever is asked for patience has it, and tries grow rare", async () => {
  answers(429, "{}", { "Retry-After": "1800" });

  const told = await deliver();

  assert.deepEqual([told.waits, told.pause], [1, 1_800_000]);
  assert.deepEqual([0, 1, 2, 9].map((tries) => pause(tries)), [15_000, 30_000, 60_000, 600_000]);
});

test("what was changed while the first words were on their way is kept", async () => {
  const newer = { address: "/x", fields: { ...fields, replacement: "c" } };
  globalThis.fetch = async () => {
    delete localStorage["corrections.waiting.k"]; // as typing does
    keep("drafts.slug", newer);
    return Response.json({ url: "/receipts/one", reference: "R" }, { status: 201 });
  };

  const told = await deliver();

  assert.deepEqual([told.arrived.reference, told.arrived.key], ["R", undefined]);
  assert.deepEqual(kept("drafts.slug").fields, newer.fields);
});
