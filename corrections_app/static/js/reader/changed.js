// @ts-check
/** At corrected words: the notice that tells what was changed, without leaving the place.
 * Loaded only where an article has such marks; without it they are links to the notice. */
const EDGE = 8;

document.addEventListener("click", (/** @type {any} */ event) => {
  const mark = event.target.closest("a.changed");
  if (!mark || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const notice = /** @type {any} */ (document.getElementById(mark.hash.slice(1)));
  if (!notice?.showPopover) return;
  event.preventDefault();
  show(notice, mark);
});

/** Shows a notice beside the mark that leads to it. @param {any} notice @param {any} mark */
function show(notice, mark) {
  const note = notice.cloneNode(true);
  note.removeAttribute("id"); // the one on the page keeps it
  note.className = "changed-note";
  note.popover = "auto";
  note.lang = notice.closest("[lang]").lang;
  note.append(closing(note, mark));
  note.addEventListener("toggle", (/** @type {any} */ { newState }) => {
    if (newState !== "closed") return;
    const isHere = note.contains(document.activeElement) || document.activeElement === document.body;
    note.remove();
    if (isHere) mark.focus({ preventScroll: true });
  });
  mark.closest("main").append(note);
  note.showPopover();
  place(note, mark);
  note.focus({ preventScroll: true });
}

/** A row with the button that closes, which the page has named.
 * @param {any} note @param {any} mark */
function closing(note, mark) {
  const row = document.createElement("p");
  row.className = "actions";
  const button = document.createElement("button");
  button.className = "quiet";
  button.textContent = mark.closest("article").dataset.close;
  button.addEventListener("click", () => note.hidePopover());
  row.append(button);
  return row;
}

/** Below the mark, or above it where there is more room; never out of the window.
 * @param {any} note @param {any} mark */
function place(note, mark) {
  const at = mark.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const { offsetWidth: width, offsetHeight: height } = note;
  const x = Math.max(EDGE, Math.min(at.left - width / 2, clientWidth - width - EDGE));
  const below = at.bottom + EDGE + height <= clientHeight || at.top < clientHeight - at.bottom;
  const y = below ? at.bottom + EDGE : Math.max(EDGE, at.top - height - EDGE);
  Object.assign(note.style, { left: `${x + scrollX}px`, top: `${y + scrollY}px` });
}
