// @ts-check
/** The reading page: sees what is selected and offers to correct it. The rest loads on demand. */
import { captured, hull } from "./lib/selection.js";

const QUIET = 100; // milliseconds without a change: touch knows no end of selecting
const article = /** @type {HTMLElement} */ (document.querySelector("article[data-slug]"));
const offer = /** @type {HTMLElement} */ (document.querySelector("[data-suggest]"));
const dialog = /** @type {HTMLDialogElement} */ (document.querySelector("dialog"));

/** The last good selection: on touch a tap on the button may collapse it first.
 * @type {import("./lib/selection.js").Capture | null} */
let last = null;
/** @type {Range | null} */
let range = null;
let timer = 0;

function note() {
  const selection = getSelection();
  const capture = captured(article, selection);
  if (capture && selection) [last, range] = [capture, hull(selection)];
  return capture;
}

function look() {
  if (dialog.open) return;
  if (note()) {
    import("./lib/dialog.js"); // ready before it is asked for
    place(/** @type {Range} */ (range));
  } else if (!offer.matches(":active, :focus-within")) {
    [last, range] = [null, null];
  }
  offer.hidden = !last;
}

/** Below the end of the words, where no system callout is. By `translate`, which shifts no layout.
 * @param {Range} words */
function place(words) {
  const boxes = words.getClientRects();
  const box = boxes[boxes.length - 1];
  if (!box) return;
  offer.hidden = false;
  const right = document.documentElement.clientWidth - offer.offsetWidth - 8;
  const x = Math.max(8, Math.min(box.right - 24, right)) + scrollX;
  offer.style.translate = `${x}px ${box.bottom + scrollY + 8}px`;
}

/** @param {Event} event @param {boolean} [aboutAll] */
async function suggest(event, aboutAll = false) {
  event.preventDefault();
  note();
  const [capture, words] = aboutAll ? [null, null] : [last, range];
  try {
    const { openDialog } = await import("./lib/dialog.js");
    dialog.onclose = () => {
      // What was sent needs no second offer; what was not waits with its words.
      if (words && dialog.dataset.shown) getSelection()?.addRange(words);
    };
    offer.hidden = true;
    await openDialog(dialog, capture);
  } catch {
    // The script could not be had: the form has a page of its own.
    const words = capture ? `&start=${capture.start}&end=${capture.end}` : "";
    location.assign(dialog.dataset.address + words);
  }
}

document.addEventListener("selectionchange", () => {
  clearTimeout(timer);
  timer = setTimeout(look, QUIET);
});

document.addEventListener("keydown", (event) => {
  const isEnter = event.code === "Enter" || event.code === "NumpadEnter";
  if (!isEnter || !(event.ctrlKey || event.metaKey) || event.altKey || event.repeat) return;
  if (!dialog.open) return suggest(event);
  event.preventDefault();
  /** @type {HTMLFormElement | null} */ (dialog.querySelector("form.correction"))?.requestSubmit();
});

offer.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
offer.addEventListener("click", suggest);
article.ownerDocument.querySelector("[data-report]")?.addEventListener("click", (event) => {
  const { ctrlKey, metaKey, shiftKey } = /** @type {MouseEvent} */ (event);
  if (!ctrlKey && !metaKey && !shiftKey) suggest(event, true);
});

if (/Mac|iP(hone|ad|od)/.test(navigator.platform))
  for (const key of document.querySelectorAll("[data-modifier]")) key.textContent = "⌘";
