import assert from "node:assert/strict";
import { test } from "node:test";
import { CardsAhead } from "../../corrections_app/static/js/queue/cards_ahead.js";

function holding(current, ahead = [], behind = []) {
  const cards = new CardsAhead();
  const card = (id) => ({ id });
  cards.current = current && card(current);
  cards.ahead = ahead.map(card);
  cards.behind = behind.map(card);
  return cards;
}

function told({ current, ahead, behind }) {
  return [current?.id ?? null, ahead.map(({ id }) => id), behind.map(({ id }) => id)];
}

for (const [name, begin, act, end] of [
  ["deciding takes the next one", [1, [2, 3]], (h) => h.take(), [2, [3], []]],
  ["after the last one nothing is shown", [1], (h) => h.take(), [null, [], []]],
  ["going on keeps what was passed", [1, [2]], (h) => h.forward(), [2, [], [1]]],
  ["there is no going on without a next one", [1], (h) => h.forward(), [1, [], []]],
  ["going back keeps what was to come", [2, [3], [1]], (h) => h.back(), [1, [2, 3], []]],
  ["there is no going back from the first", [1, [2]], (h) => h.back(), [1, [2], []]],
  ["what comes back lies before everything", [2, [3]], (h) => h.front({ id: 1 }), [1, [2, 3], []]],
  ["it is shown where nothing was too", [null], (h) => h.front({ id: 1 }), [1, [], []]],
  ["a newer page takes the place of the old one", [1, [2]], (h) => h.front({ id: 1 }), [1, [2], []]],
  ["or it waits to be next", [2, [3]], (h) => h.next({ id: 1 }), [2, [1, 3], []]],
  ["and is there once", [2, [1, 3]], (h) => h.next({ id: 3 }), [2, [3, 1], []]],
  ["a new card comes last", [1, [2]], (h) => h.append({ id: 3 }), [1, [2, 3], []]],
  ["one that was passed comes again", [2, [], [1]], (h) => h.append({ id: 1 }), [2, [1], []]],
  ["a forgotten card is nowhere", [1, [2], [3]], (h) => h.drop(2), [1, [], [3]]],
  ["not shown either", [1, [2]], (h) => h.drop(1), [null, [2], []]],
]) {
  test(`cards ahead: ${name}`, () => {
    const cards = holding(...begin);
    act(cards);
    assert.deepEqual(told(cards), end);
  });
}

test("a card that was passed comes again as it was left", () => {
  const cards = holding(2);
  const left = { id: 1, typed: "x" };
  cards.behind.push(left);
  cards.append({ id: 1 });
  assert.equal(cards.ahead[0], left);
});

test("no walk loses a card or holds it twice", () => {
  let seed = 7;
  const random = (n) => (seed = (seed * 16807) % 2147483647) % n;
  const cards = holding(1, [2], []);
  const known = new Set([1, 2]);
  for (let step = 0; step < 2000; step++) {
    const id = 1 + random(8);
    const before = cards.current?.id;
    const acts = [
      () => cards.forward(),
      () => cards.back(),
      () => (cards.front({ id }), known.add(id)),
      () => (cards.next({ id }), known.add(id)),
      () => cards.holds(id) || (cards.append({ id }), known.add(id)),
      () => (cards.take(), known.delete(before)),
      () => (cards.drop(id), known.delete(id)),
    ];
    // `next` is for what is not shown, as the flow sees to.
    const choice = random(acts.length);
    if (choice === 3 && before === id) continue;
    acts[choice]();
    const ids = cards.all().map((card) => card.id);
    assert.deepEqual([...ids].sort(), [...known].sort());
  }
});
