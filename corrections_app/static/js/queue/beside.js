// @ts-check
/** The list beside the card: which row is on the table, which have left, and where one stands. */

import { parsed } from "../lib/own_pages.js";

/** @typedef {import("./pages.js").Page} Page */

/** The corrections that left the list since the page was loaded: decided here and not taken back,
 * or closed along with one. The server may still hand them out for a moment.
 * @type {Set<number>} */
export const left = new Set();

const EDGE = 3; // rows from an end of the list at which the rows beyond are fetched
const list = () => /** @type {HTMLElement | null} */ (document.querySelector("[data-beside]"));
/** @type {string | null} */
let asked = null;

/** A card counts those that had left before the server was asked for it: the third of 34 stays the
 * third of 34. What comes back is among them no more. @param {Page} page @param {number} gone */
export function number(page, gone) {
  for (const node of page.nodes) {
    /** @type {HTMLElement | null} */
    const told = node.querySelector("[data-place]");
    if (!told || !gone || !told.textContent?.endsWith(told.dataset.total ?? "")) continue;
    const [place, total] = [told.dataset.place, told.dataset.total].map((one) => Number(one) + gone);
    told.textContent = (told.dataset.words ?? "").replace("{n}", `${place}`).replace("{all}", `${total}`);
  }
}

/** The rows as they stand now, with the card on the table marked and in sight; fetched anew near
 * their end. @param {Page} page */
export async function mark(page) {
  const rows = point(page.id);
  if (!list() || !page.card || asked === page.url) return;
  const at = rows.findIndex(({ dataset }) => Number(dataset.row) === page.id);
  const hasMore = list()?.querySelector("[data-more]");
  if (at >= 0 && (!hasMore || at < rows.length - EDGE)) return;
  asked = page.url;
  try {
    const answer = await fetch(page.url, { headers: { Accept: "text/html" } });
    const read = await parsed(answer);
    const fresh = read.querySelector("[data-beside] ol");
    if (asked !== page.url || !fresh) return;
    list()?.replaceChildren(document.adoptNode(fresh));
    point(page.id);
  } catch {
    // The rows that are here stay.
  }
}

/** The card of the row above one, if it can still be decided. @param {number} id @returns {string | undefined} */
export function above(id) {
  const rows = all().filter((row) => row.checkVisibility() && !left.has(Number(row.dataset.row)));
  return rows[rows.findIndex(({ dataset }) => Number(dataset.row) === id) - 1]?.href;
}

/** The row of the card on the table, marked and in sight. @param {number} id */
export function point(id) {
  const rows = all();
  for (const row of rows) {
    const number = Number(row.dataset.row);
    row.toggleAttribute("data-left", left.has(number));
    if (number !== id) row.removeAttribute("aria-current");
    else {
      row.setAttribute("aria-current", "true");
      reveal(row);
    }
  }
  return rows;
}

/** Inside the list alone: the page stays where it is. @param {HTMLElement} row */
function reveal(row) {
  const box = row.closest("ol");
  if (!box || box.scrollHeight <= box.clientHeight) return;
  const [one, whole] = [row.getBoundingClientRect(), box.getBoundingClientRect()];
  if (one.top < whole.top || one.bottom > whole.bottom)
    box.scrollTop += one.top - whole.top - whole.height / 3;
}

/** @returns {HTMLAnchorElement[]} */
function all() {
  return [...(list()?.querySelectorAll("[data-row]") ?? [])].map((row) => /** @type {HTMLAnchorElement} */ (row));
}
