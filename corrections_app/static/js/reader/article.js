// @ts-check
/** The reading page: sees what is selected and offers to correct it. The rest loads on demand. */
import { captured, hull } from "../lib/selection.js";

const QUIET = 100; // milliseconds without a change: touch knows no end of selecting
/** @param {string} name @returns {any} */
const find = (name) => document.querySelector(name);
const article = find("article[data-slug]");
const offer = find("[data-suggest]");
const begun = find("[data-begun]");
const dialog = find("dialog.capture");
const { address } = dialog.dataset;

const loadDialog = () => import("../lib/dialog.js");

/** The last good selection: on touch a tap on the button may collapse it first.
 * @type {import("../lib/selection.js").Capture | null} */
let last = null;
/** @type {any} */
let range = null;
let isHeld = false;
let timer = 0;

function note() {
  const selection = /** @type {Selection} */ (getSelection());
  const capture = captured(article, selection);
  if (capture) [last, range] = [capture, hull(selection)];
  return capture;
}

function look() {
  if (dialog.open || isHeld) return;
  if (note()) {
    loadDialog().catch(() => {}); // ready before it is asked for
    place();
  } else if (!offer.matches(":focus-within")) last = range = null;
  offer.hidden = !last;
}

/** Below the words, and after them for the Tab key. By `translate`: it shifts no layout. */
function place() {
  const end = range.endContainer;
  const block = (end instanceof Element ? end : end.parentElement).closest(".body > *, .heading > *");
  if (block && block.nextSibling !== offer) block.after(offer);
  offer.hidden = false;
  const { right, bottom } = [...range.getClientRects()].findLast(({ width }) => width) ?? {};
  const { clientWidth, clientHeight } = document.documentElement;
  const x = Math.min(right - 24, clientWidth - offer.offsetWidth - 8);
  const y = Math.min(bottom + 8, clientHeight - offer.offsetHeight - 8);
  offer.style.translate = `${Math.max(8, x) + scrollX}px ${y + scrollY}px`;
}

function suggest(event) {
  event.preventDefault();
  note();
  open(address + (last ? `&start=${last.start}&end=${last.end}` : ""), range);
}

async function open(page, words) {
  try {
    const { openDialog } = await loadDialog();
    dialog.onclose = () => {
      last = null;
      // What was sent needs no second offer; what was not waits with its words.
      if (words && dialog.dataset.shown) {
        getSelection()?.removeAllRanges();
        getSelection()?.addRange(words);
      }
      remind();
    };
    offer.hidden = begun.hidden = true;
    await openDialog(page, words);
  } catch {
    location.assign(page); // without its script the form has a page of its own
  }
}

async function remind() {
  try {
    if (localStorage["corrections.drafts." + article.dataset.slug]) (await import("../lib/storage.js")).remind(begun, article.dataset.slug, open);
  } catch {} // storage may be forbidden
}

document.addEventListener("selectionchange", () => {
  clearTimeout(timer);
  timer = setTimeout(look, QUIET);
});
document.addEventListener("keydown", (/** @type {any} */ event) => {
  if (!/Enter/.test(event.code + event.key) || !(event.ctrlKey || event.metaKey)) return;
  if (event.altKey || event.repeat || event.isComposing || event.keyCode === 229) return;
  if (!dialog.open) return event.target.matches("input, textarea") || suggest(event);
  event.preventDefault();
  find("dialog div:not([hidden]) .correction")?.requestSubmit();
});
document.addEventListener("click", (/** @type {any} */ event) => {
  if (!event.target.closest("a[data-report]")) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(address);
});
offer.addEventListener("click", suggest);
offer.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
offer.addEventListener("touchstart", () => (isHeld = true), { passive: true });
offer.addEventListener("touchcancel", () => (isHeld = false));
offer.addEventListener("touchend", (event) => {
  // Not left to `click`, which iOS may swallow with the selection.
  isHeld = false;
  const { clientX, clientY } = event.changedTouches[0];
  if (offer.contains(document.elementFromPoint(clientX, clientY))) suggest(event);
});

if (/Mac|iP/.test(navigator.platform))
  for (const key of document.querySelectorAll("[data-modifier]")) key.textContent = "⌘";
remind();
