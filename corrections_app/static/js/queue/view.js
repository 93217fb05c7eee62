// @ts-check
/** What is shown: one card, under one address; and when a person can have seen it. */
import { heading } from "./pages.js";
import { hush, piece } from "./messages.js";

/** @typedef {import("./pages.js").Page} Page */

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const triage = /** @type {HTMLElement} */ (main.querySelector("[data-triage]"));

/** Milliseconds from painting to the first key that counts. */
const pause = () => Number(triage.dataset.pause);

/** When the card was painted; before it was, never. On the clock of events. */
let painted = -Infinity;

/** Shows a page, in this very frame, instead of what was shown before.
 * @param {Page} page */
export function show(page) {
  for (const node of [...main.children]) if (node !== triage) node.remove();
  triage.before(...page.nodes);
  document.title = page.title;
  hush();
  scrollTo({ top: 0, behavior: "instant" });
  focusHeading(page);
  notePainting();
  document.dispatchEvent(new CustomEvent("card:shown", { detail: { id: page.id } }));
}

/** A page without a card: the server could not be asked yet, or not at all.
 * @param {"waiting" | "error"} name @returns {Page} */
export function blank(name) {
  const { href: url } = location;
  return { id: 0, url, title: document.title, nodes: [piece(name)], card: null, closed: null };
}

/** The clock starts again: what is shown is no longer what was seen. */
export function notePainting() {
  painted = Infinity;
  document.dispatchEvent(new CustomEvent("card:painting"));
  requestAnimationFrame(() =>
    setTimeout(() => {
      painted = performance.now();
      document.dispatchEvent(new CustomEvent("card:painted"));
    }),
  );
}

/** Whether a person could have seen the card before doing this; where not, its edge says so.
 * @param {Event} event */
export function wasSeen(event) {
  const isSeen = event.timeStamp - painted >= pause();
  if (!isSeen) flash("early", main.querySelector(":scope > .card"));
  return isSeen;
}

/** Draws the eye to some parts for a moment (css/acts.css). @param {"early" | "flash"} how
 * @param {(Element | null)[]} parts */
export function flash(how, ...parts) {
  for (const part of parts) {
    if (!(part instanceof HTMLElement)) continue;
    delete part.dataset[how];
    part.dataset[how] = "";
    part.addEventListener("animationend", () => delete part.dataset[how], { once: true });
  }
}

// What sticks to the foot of the window stands above the line there, however high that is.
const foot = /** @type {HTMLElement} */ (triage.querySelector(".foot"));
new ResizeObserver(() => main.style.setProperty("--foot", `${foot.offsetHeight}px`)).observe(foot);

/** The card's address, as a step of its own or instead of the last one.
 * @param {Page} page @param {"pushState" | "replaceState"} how */
export function address(page, how) {
  if (page.id || page.url !== location.href) history[how]({ id: page.id }, "", page.url);
}

/** Where reading begins. @param {Page} page */
export function focusHeading(page) {
  const head = heading(page);
  if (!head) return;
  head.tabIndex = -1;
  head.focus({ preventScroll: true });
}

/** Something that went wrong with a card, or was done elsewhere, above all else on it.
 * @param {Page} page @param {HTMLElement} box */
export function put(page, box) {
  clear(page);
  (page.card ?? page.nodes[0])?.prepend(box);
}

/** @param {Page} page */
export function clear(page) {
  for (const node of page.nodes) node.querySelector(":scope > .trouble")?.remove();
}
