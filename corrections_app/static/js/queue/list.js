// @ts-check
/** The list by keyboard: rows walked through, ticked, and opened. Everything works without it. */

import { listen } from "../lib/keys.js";

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-list]"));
/** @type {HTMLElement[]} */
const rows = form ? [...form.querySelectorAll("[data-row]")].filter((row) => row instanceof HTMLElement) : [];
/** @type {NodeListOf<HTMLInputElement>} */
const picks = document.querySelectorAll("[data-pick]");
const pickAll = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-pick-all]"));
const count = /** @type {HTMLOutputElement | null} */ (document.querySelector("[data-count]"));
const initially = count?.textContent ?? "";

/** The row that the keys mean: the one with the focus. @returns {number} -1 where none has it */
const here = () => rows.findIndex((row) => row.contains(document.activeElement));

/** @param {HTMLElement | undefined} row @returns {HTMLInputElement | null} */
const pickOf = (row) => row?.querySelector("[data-pick]") ?? null;

/** @param {number} at @returns {boolean} whether there is such a row */
function goTo(at) {
  const row = rows[at];
  if (!row) return false;
  /** @type {HTMLElement | null} */ (row.querySelector("[data-main]"))?.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

/** @param {HTMLElement | undefined} row @param {boolean} [ticked] the other way where it is not said */
function tick(row, ticked) {
  const pick = pickOf(row);
  if (pick) pick.checked = ticked ?? !pick.checked;
  tell();
}

/** Ticks the row that has the focus and the one beside it, which gets the focus. @param {number} step */
function extend(step) {
  const from = here();
  tick(rows[from], true);
  if (goTo(from < 0 ? 0 : from + step)) tick(rows[here()], true);
}

/** Says how many are ticked, and which buttons can be pressed. */
function tell() {
  const ticked = [...picks].filter((pick) => pick.checked).length;
  for (const row of rows) row.toggleAttribute("data-picked", pickOf(row)?.checked ?? false);
  if (pickAll) {
    pickAll.checked = ticked > 0 && ticked === picks.length;
    pickAll.indeterminate = ticked > 0 && ticked < picks.length;
  }
  if (!form || !count) return;
  const most = Number(form.dataset.most);
  const { one, many, tooMany } = count.dataset;
  const words = ticked > most ? tooMany : ticked === 1 ? one : many;
  count.textContent = ticked ? (words ?? "").replace("{n}", `${ticked}`).replace("{most}", `${most}`) : initially;
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = form.querySelectorAll("button[name=act]");
  for (const button of buttons) button.disabled = ticked === 0 || ticked > most;
}

/** What the keys do here; whatever is left is pressed on the page.
 * @type {Record<string, () => boolean>} */
const acts = {
  next: () => goTo(here() + 1) || true,
  previous: () => goTo(Math.max(0, here() - 1)) || true,
  extend_next: () => (extend(1), true),
  extend_previous: () => (extend(-1), true),
  select: () => (tick(rows[here()]), true),
  open: () => press(rows[here()], "[data-act=open]"),
  list: () => press(rows[here()], "[data-main]"),
};

/** @param {HTMLElement | undefined} row @param {string} which @returns {boolean} whether it was there */
function press(row, which) {
  const link = /** @type {HTMLElement | null | undefined} */ (row?.querySelector(which));
  link?.click();
  return link !== null && link !== undefined;
}

form?.addEventListener("change", (event) => {
  if (event.target === pickAll && pickAll) for (const pick of picks) pick.checked = pickAll.checked;
  tell();
});
// A browser that comes back to the page ticks again what was ticked.
addEventListener("pageshow", tell);
tell();

const legend = /** @type {HTMLDialogElement | null} */ (document.querySelector("[data-legend]"));
if (legend) listen(legend, (act) => acts[act]?.() ?? false);
