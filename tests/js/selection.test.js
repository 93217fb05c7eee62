// The vectors are those of the Python tests: both sides must mean the same words.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SEPARATOR, cut, selected, toPoints } from "../../corrections_app/static/js/lib/selection.js";
const toUnits = (text, points) => [...text].slice(0, points).join("").length;
const vectors = (name) =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));

for (const { name, blocks, utf16_start, utf16_end, start, end, exact } of vectors("offsets")) {
  test(`units become code points: ${name}`, () => {
    const text = blocks.join(SEPARATOR);

    assert.equal(toPoints(text, utf16_start), start);
    assert.equal(toPoints(text, utf16_end), end);
    assert.equal(text.slice(utf16_start, utf16_end), exact);
  });
}

for (const { name, text, start, end, cut: expected } of vectors("selections")) {
  test(`a selection is cut as the server cuts it: ${name}`, () => {
    const outside = start < 0 || end > toPoints(text, text.length);
    const from = outside ? start : toUnits(text, start);
    const to = outside ? end : toUnits(text, end);

    assert.deepEqual(selected(text, from, to), expected);
  });
}

test("a place counts from where the text begins", () => {
  assert.deepEqual(selected("😀 recieve", 3, 10, 100), { start: 102, end: 109, exact: "recieve" });
});

test("half a surrogate pair is widened to the whole", () => {
  assert.deepEqual(cut("a😀b", 2, 3), [1, 3]);
});
