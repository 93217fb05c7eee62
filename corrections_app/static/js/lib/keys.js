// @ts-check
/** Single keys: read from the page's legend, told from typing, turned into acts.
 *
 * The legend (templates/_macros/keys.html) is the table; nothing here knows a key by name but `?`. */

const NOT_TYPED_IN = ["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"];
const LETTER = /^\p{L}$/u;
const LATIN = /^\p{Script=Latin}$/u;
const ASCII = /^[!-~]$/;
const PRESSED_BY_SPACE = "a[href], button, input, label, summary";

/** @typedef {Pick<KeyboardEvent, "code" | "key" | "shiftKey">} Pressed */

/** What each key of a page does, by code, with "Shift+" before it where that is held.
 * @param {ParentNode} legend @returns {Map<string, string>} */
export function tableOf(legend) {
  /** @type {NodeListOf<HTMLElement>} */
  const rows = legend.querySelectorAll("[data-key]");
  return new Map(
    [...rows].map(({ dataset }) => [
      ("shift" in dataset ? "Shift+" : "") + dataset.code,
      /** @type {string} */ (dataset.key),
    ]),
  );
}

/** The act of a key, or nothing. `?` is a character, wherever it lies; Shift and the key beside it
 * stand in for it. `/` counts by its character too.
 * @param {Pressed} pressed @param {Map<string, string>} table @returns {string | undefined} */
export function actOf(pressed, table) {
  const { code, key, shiftKey } = pressed;
  if (key === "?" || (shiftKey && code === "Slash")) return table.get("?");
  if (key === "/") return table.get("Slash");
  return table.get((shiftKey ? "Shift+" : "") + placeOf(pressed));
}

/** Where a key counts: what stands on its cap decides (A is A on AZERTY, Z is Z on QWERTZ), as far
 * as it is a Latin letter or another character of ASCII; its place does for every other script.
 * @param {Pressed} pressed */
function placeOf({ code, key }) {
  if (key === " ") return "Space";
  if (/^[a-z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  return ASCII.test(key) || LATIN.test(key) ? "" : code;
}

/** Whether it was its place that decided, for a letter of another script. @param {Pressed} pressed */
function isByPlace({ code, key }) {
  return /^Key/.test(code) && LETTER.test(key) && !LATIN.test(key);
}

/** The digit of a key, also of those beside the arrows; where digits need Shift (AZERTY), with it or
 * without. @param {Pressed} pressed */
export function digitOf({ code, key, shiftKey }) {
  if (/^\d$/.test(key)) return key;
  return shiftKey ? undefined : /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
}

/** Whether a key is Enter, whatever a remapped or drawn keyboard calls it.
 * @param {Pick<KeyboardEvent, "code" | "key">} pressed */
export function isEnter({ code, key }) {
  return key === "Enter" || Boolean(code?.endsWith("Enter"));
}

/** Whether a key belongs to an input method, which is not done with a word. Safari ends the
 * composition before it tells of the key that ended it: then only the old `keyCode` says so
 * (UI Events, 7.3.1). @param {Pick<KeyboardEvent, "isComposing" | "keyCode">} event */
export function isComposed({ isComposing, keyCode }) {
  return isComposing || keyCode === 229;
}

/** Whether somebody is writing there. @param {EventTarget | null} target */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !NOT_TYPED_IN.includes(target.type);
  return target.isContentEditable || target.matches("select, textarea");
}

/** Whether a key means nothing single: it repeats, it is one of several, it is being typed, it
 * presses what has the focus, or a dialog is open. @param {KeyboardEvent} event */
export function isOther(event) {
  const { target } = event;
  return (
    event.defaultPrevented ||
    event.repeat ||
    isComposed(event) ||
    event.ctrlKey ||
    event.altKey ||
    event.metaKey ||
    isTyping(target) ||
    (placeOf(event) === "Space" && target instanceof Element && target.matches(PRESSED_BY_SPACE)) ||
    document.querySelector("dialog[open]") !== null
  );
}

/** What an act stands on: the first such thing that can be seen.
 * @param {string} act @param {ParentNode} [within] @returns {HTMLElement | undefined} */
export function thingOf(act, within = document) {
  /** @type {NodeListOf<HTMLElement>} */
  const things = within.querySelectorAll(`[data-act~="${act}"]`);
  return [...things].find((thing) => thing.checkVisibility() && !thing.matches(":disabled"));
}

/** Does what a click on it would do, but never closes what has a field to write in: it goes there.
 * @param {HTMLElement} thing */
export function press(thing) {
  const details = thing.closest("summary")?.parentElement;
  if (details instanceof HTMLDetailsElement) {
    const wasOpen = details.open;
    details.open = true;
    const field = fieldIn(details);
    if (field) field.focus();
    else details.open = !wasOpen;
  } else if (thing.matches("input:not([type=checkbox], [type=radio]), select, textarea")) {
    thing.focus();
    if (thing instanceof HTMLInputElement) thing.select();
  } else {
    thing.click();
  }
}

/** The first field to write in. @param {ParentNode} part @returns {HTMLElement | undefined} */
export function fieldIn(part) {
  /** @type {NodeListOf<HTMLElement>} */
  const fields = part.querySelectorAll("textarea, input:not([type=hidden]), select");
  return [...fields].find((field) => field.checkVisibility());
}

/** Opens the legend, by its key or by its button, and closes it. @param {HTMLDialogElement} legend */
export function showLegend(legend) {
  if (!legend.open) legend.showModal();
}

/** Listens to a page's keys. `act` gets each act with its event and says whether it did something
 * itself; what it leaves is pressed on the page. `before` may take a key for itself, as digits
 * after R are.
 * @param {HTMLDialogElement} legend
 * @param {(act: string, event: KeyboardEvent) => boolean} act
 * @param {(event: KeyboardEvent) => boolean} [before] */
export function listen(legend, act, before) {
  const table = tableOf(legend);
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = document.querySelectorAll("[data-act=legend]");
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => showLegend(legend));
  }
  legend.querySelector("[data-close]")?.addEventListener("click", () => legend.close());
  if (legend.dataset.singleKeys === "off") return;
  document.addEventListener("keydown", (event) => {
    if (isOther(event)) return;
    if (before?.(event)) return event.preventDefault();
    const name = actOf(event, table);
    if (!name) return;
    if (name === "legend") showLegend(legend);
    else if (!act(name, event)) {
      const thing = thingOf(name);
      if (!thing) return;
      press(thing);
    }
    event.preventDefault();
    if (isByPlace(event)) showLetter(legend, event);
  });
}

/** The legend shows what is really pressed: beside the Latin letter that of the keyboard in use.
 * @param {HTMLDialogElement} legend @param {Pressed} pressed */
function showLetter(legend, { code, key }) {
  for (const cap of legend.querySelectorAll(`[data-code="${code}"] kbd`)) {
    const [latin] = (cap.textContent ?? "").split(" / ");
    cap.textContent = `${latin} / ${key.toUpperCase()}`;
  }
}
