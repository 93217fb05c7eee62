// @ts-check
/** What is being sent: one after the other, so that undo always takes back the last one. */
import { word } from "./messages.js";

/** @type {Promise<unknown>} */
let last = Promise.resolve();
/** @type {Map<symbol, number[]>} the corrections that each thing on its way is about */
const waiting = new Map();

/** Does it when everything before has been answered.
 * @template T @param {number | number[]} about @param {() => Promise<T>} send @returns {Promise<T>} */
export function inTurn(about, send) {
  const mark = Symbol();
  waiting.set(mark, [about].flat());
  const turn = last.then(send).finally(() => waiting.delete(mark));
  last = turn.catch(() => {});
  return turn;
}

/** The corrections that something on its way is about. */
export function sending() {
  return new Set([...waiting.values()].flat());
}

/** When everything has been answered. */
export function idle() {
  return last;
}

addEventListener("beforeunload", (event) => {
  if (waiting.size) {
    event.preventDefault();
    event.returnValue = word("unsent");
  }
});
