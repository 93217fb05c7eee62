import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf, digitOf } from "../../corrections_app/static/js/lib/keys.js";

const table = new Map([
  ["KeyA", "accept"],
  ["Shift+KeyA", "accept_flagged"],
  ["Slash", "search"],
  ["?", "legend"],
]);
const pressed = (code, key, shiftKey = false) => ({ code, key, shiftKey });

for (const [name, event, act] of [
  ["a Latin keyboard", pressed("KeyA", "a"), "accept"],
  ["a Cyrillic keyboard", pressed("KeyA", "ф"), "accept"],
  ["capitals locked", pressed("KeyA", "A"), "accept"],
  ["with Shift", pressed("KeyA", "A", true), "accept_flagged"],
  ["a question mark beside the Shift key", pressed("Slash", "?", true), "legend"],
  ["a German question mark", pressed("Minus", "?", true), "legend"],
  ["the same key where it is no question mark", pressed("Slash", "_", true), "legend"],
  ["a slash", pressed("Slash", "/"), "search"],
  ["a German slash", pressed("Digit7", "/", true), "search"],
  ["a key without an act", pressed("KeyQ", "q"), undefined],
  ["Shift with a key that has no such act", pressed("KeyQ", "Q", true), undefined],
]) {
  test(`a key is known by its place: ${name}`, () => assert.equal(actOf(event, table), act));
}

test("digits are known in both places, and not with Shift", () => {
  assert.equal(digitOf(pressed("Digit3", "3")), "3");
  assert.equal(digitOf(pressed("Digit3", "\"")), "3");
  assert.equal(digitOf(pressed("Numpad0", "0")), "0");
  assert.equal(digitOf(pressed("Digit3", "#", true)), undefined);
  assert.equal(digitOf(pressed("KeyA", "a")), undefined);
});
