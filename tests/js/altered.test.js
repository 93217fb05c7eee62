// Words on a changed screen are taken only where they stand once with their neighbours.
import assert from "node:assert/strict";
import { test } from "node:test";
import { found } from "../../corrections_app/static/js/lib/altered.js";

const ROWS = "Tickets: row 3 and row 3 again, said the usher.";
const PRICE = "The fare is “12 crowns” on Sundays, and 12 on Mondays.";

/** The nth time that words stand on a screen. */
function nth(text, exact, n) {
  let from = -1;
  for (let times = 0; times < n; times++) from = text.indexOf(exact, from + 1);
  return { text, from };
}

for (const [name, exact, seen, served, place] of [
  ["the first after a gloss", "3", nth(`(billets) ${ROWS}`, "3", 1), ROWS, 13],
  ["the second after a gloss", "3", nth(`(billets) ${ROWS}`, "3", 2), ROWS, 23],
  ["words behind a converted unit", "again", nth("Tickets: row 3 and row 3 (three) again, said", "again", 1), ROWS, 25],
  ["the second, with a gloss on one side", "3", nth("Tickets: row 3 and row 3 (three) again", "3", 2), ROWS, 23],
  ["beside straightened quotes", "crowns", nth(PRICE.replaceAll(/[“”]/g, '"'), "crowns", 1), PRICE, 16],
  ["words in straightened quotes", "Sundays", nth(PRICE.replaceAll(/[“”]/g, '"'), "Sundays", 1), PRICE, 27],
  ["the gloss's own words", "12", nth("The fare (12) is “12 crowns” on Sundays", "12", 1), PRICE, -1],
  ["words that are not there", "Reihe", nth("Karten: Reihe 3", "Reihe", 1), ROWS, -1],
  ["likes with equal neighbours", "3", nth("x row 3, row 3, row 3, row 3, row 3 y", "3", 3), "row 3, row 3, row 3, row 3, row 3", -1],
  ["the first words of a block", "Tickets", nth(`${ROWS} (copied)`, "Tickets", 1), ROWS, 0],
  ["an emoji before", "row 3 and", nth(`😀 ${ROWS}`, "row 3 and", 1), ROWS, 9],
]) {
  test(`the place of ${name}`, () => assert.equal(found(exact, seen, served), place));
}
