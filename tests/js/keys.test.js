import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf, digitOf, isComposed, isEnter } from "../../corrections_app/static/js/lib/keys.js";

const table = new Map([
  ["KeyA", "accept"],
  ["Shift+KeyA", "accept_flagged"],
  ["KeyS", "skip"],
  ["KeyZ", "undo"],
  ["Space", "context"],
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
  ["A on AZERTY", pressed("KeyQ", "a"), "accept"],
  ["Q on AZERTY, where A lies elsewhere", pressed("KeyA", "q"), undefined],
  ["Shift and A on AZERTY", pressed("KeyQ", "A", true), "accept_flagged"],
  ["Z on QWERTZ", pressed("KeyY", "z"), "undo"],
  ["Y on QWERTZ", pressed("KeyZ", "y"), undefined],
  ["S on Dvorak", pressed("Semicolon", "s"), "skip"],
  ["O on Dvorak", pressed("KeyS", "o"), undefined],
  ["a semicolon on Dvorak, where Z lies elsewhere", pressed("KeyZ", ";"), undefined],
  ["a Latin letter that no key has", pressed("KeyA", "ä"), undefined],
  ["a Turkish letter without its dot", pressed("KeyS", "ı"), undefined],
  ["an Arabic keyboard", pressed("KeyS", "س"), "skip"],
  ["a Hebrew keyboard, with Shift", pressed("KeyA", "ש", true), "accept_flagged"],
  ["a Devanagari vowel sign", pressed("KeyS", "\u0947"), "skip"],
  ["a Greek keyboard", pressed("KeyZ", "ζ"), "undo"],
  ["a key that is called nothing", pressed("KeyA", "Unidentified"), "accept"],
  ["a drawn keyboard, which knows no places", pressed("", "a"), "accept"],
  ["its blank", pressed("", " "), "context"],
  ["a key without an act", pressed("KeyQ", "q"), undefined],
  ["Shift with a key that has no such act", pressed("KeyQ", "Q", true), undefined],
]) {
  test(`a key is known by its cap, and else by its place: ${name}`, () => assert.equal(actOf(event, table), act));
}

test("digits are known in both places, and not with Shift", () => {
  assert.equal(digitOf(pressed("Digit3", "3")), "3");
  assert.equal(digitOf(pressed("Digit3", "\"")), "3");
  assert.equal(digitOf(pressed("Numpad0", "0")), "0");
  assert.equal(digitOf(pressed("Digit3", "#", true)), undefined);
  assert.equal(digitOf(pressed("KeyA", "a")), undefined);
});

test("digits of AZERTY are known with Shift and without", () => {
  assert.equal(digitOf(pressed("Digit1", "&")), "1");
  assert.equal(digitOf(pressed("Digit1", "1", true)), "1");
});

test("Enter is known by its name and by its place", () => {
  for (const [code, key, isOne] of [
    ["Enter", "Enter", true],
    ["NumpadEnter", "Enter", true],
    ["Enter", "Ввод", true],
    ["", "Enter", true],
    [undefined, "Enter", true],
    ["KeyA", "a", false],
    [undefined, "a", false],
  ])
    assert.equal(isEnter({ code, key }), isOne);
});

test("what an input method has not done with is told from what is pressed", () => {
  assert.ok(isComposed({ isComposing: true, keyCode: 13 }));
  assert.ok(isComposed({ isComposing: false, keyCode: 229 }));
  assert.ok(!isComposed({ isComposing: false, keyCode: 13 }));
});
