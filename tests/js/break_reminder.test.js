import assert from "node:assert/strict";
import test from "node:test";
import { BreakReminder } from "../../corrections_app/static/js/queue/break_reminder.js";

const MINUTE = 60_000;

/** How many words are due while somebody decides every so many milliseconds. */
function words(reminder, from, minutes, every) {
  let due = 0;
  for (let now = from; now < from + minutes * MINUTE; now += every) due += Number(reminder.note(now));
  return due;
}

test("half an hour of haste is worth one word, an hour two", () => {
  assert.equal(words(new BreakReminder(), 0, 30, 1_000), 0);
  assert.equal(words(new BreakReminder(), 0, 31, 1_000), 1);
  assert.equal(words(new BreakReminder(), 0, 62, 1_000), 2);
});

test("who takes the time is not spoken to", () => {
  assert.equal(words(new BreakReminder(), 0, 90, 2_000), 0);
});

test("after a break the half hour begins anew", () => {
  const reminder = new BreakReminder();
  assert.equal(words(reminder, 0, 25, 1_000), 0);
  assert.equal(words(reminder, 31 * MINUTE, 25, 1_000), 0);
});
