import assert from "node:assert/strict";
import test from "node:test";
import { Pace } from "../../corrections_app/static/js/queue/break_reminder.js";

const MINUTE = 60_000;

/** How many words are due while somebody decides every so many milliseconds. */
function words(pace, from, minutes, every) {
  let due = 0;
  for (let now = from; now < from + minutes * MINUTE; now += every) due += Number(pace.note(now));
  return due;
}

test("half an hour of haste is worth one word, an hour two", () => {
  assert.equal(words(new Pace(), 0, 30, 1_000), 0);
  assert.equal(words(new Pace(), 0, 31, 1_000), 1);
  assert.equal(words(new Pace(), 0, 62, 1_000), 2);
});

test("who takes the time is not spoken to", () => {
  assert.equal(words(new Pace(), 0, 90, 2_000), 0);
});

test("after a break the half hour begins anew", () => {
  const pace = new Pace();
  assert.equal(words(pace, 0, 25, 1_000), 0);
  assert.equal(words(pace, 31 * MINUTE, 25, 1_000), 0);
});
