// @ts-check
/** The sentences of the screen, all from the page, and the voice that says them. */

const triage = /** @type {HTMLElement} */ (document.querySelector("[data-triage]"));
const live = /** @type {HTMLElement} */ (triage.querySelector("[data-live]"));
const why = /** @type {HTMLElement} */ (triage.querySelector("[data-why]"));
const home = /** @type {HTMLElement} */ (why.parentElement);

/** A sentence of the page. @param {string} name */
export function word(name) {
  return triage.querySelector(`[data-word="${CSS.escape(name)}"]`)?.textContent ?? "";
}

/** A copy of a piece of the page. @param {string} name @returns {HTMLElement} */
export function piece(name) {
  const template = /** @type {HTMLTemplateElement} */ (triage.querySelector(`template[data-${name}]`));
  const copy = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  return document.importNode(copy, true);
}

/** Said to whoever listens rather than looks. @param {string} sentence */
export function announce(sentence) {
  live.textContent = sentence;
}

/** Said to everybody, until the next card: where the eye is, in the bar. @param {string} sentence */
export function tell(sentence) {
  const bar = document.querySelector("main > .card .decide") ?? home;
  if (why.parentElement !== bar) bar.prepend(why);
  why.textContent = sentence;
  why.hidden = false;
  announce(sentence);
}

/** Said quietly, and there until it is read. @param {string} sentence */
export function note(sentence) {
  const quiet = /** @type {HTMLElement} */ (triage.querySelector("[data-note]"));
  const read = piece("read");
  read.onclick = () => quiet.replaceChildren();
  quiet.replaceChildren(`${sentence} `, read);
}

/** Nothing more to tell. */
export function hush() {
  why.hidden = true;
  home.prepend(why); // out of a card that is taken away
}
