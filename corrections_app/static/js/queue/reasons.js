// @ts-check
/** R and what follows it: a digit for a reason, R again for the last one, 0 for a note. */
import { actOf, digitOf, fieldIn, tableOf, thingOf } from "../lib/keys.js";
import { tell, word } from "./messages.js";

const LAST = "triage.reason";
const table = tableOf(/** @type {ParentNode} */ (document.querySelector("[data-legend]")));

/** The panel of reasons that R has opened, while it waits for the second key.
 * @type {HTMLElement | null} */
let panel = null;

/** R: opens the reasons of a card. Whether there are any. @param {HTMLElement} card */
export function open(card) {
  const thing = thingOf("reject", card);
  if (!thing) return false;
  const details = thing.closest("details");
  if (details) details.open = true;
  else thing.click();
  thing.focus({ preventScroll: true });
  panel = details ?? card;
  panel.dataset.armed = "";
  return true;
}

/** Leaves R without doing anything. Whether it was on. */
export function leave() {
  if (panel instanceof HTMLDetailsElement) panel.open = false;
  return disarm();
}

/** The next key is no second one any more. Whether it was to be. */
export function disarm() {
  const wasOn = panel !== null;
  if (panel) delete panel.dataset.armed;
  panel = null;
  return wasOn;
}

/** The key after R. Whether it was taken. @param {KeyboardEvent} event @param {HTMLElement} card */
export function follow(event, card) {
  if (!panel) return digitAlone(event, card);
  if (!panel.isConnected) return leave() && false;
  const digit = digitOf(event);
  const act = actOf(event, table);
  if (digit !== undefined) choose(card.querySelector(`[data-digit="${digit}"]`));
  else if (act === "reject") repeat(card);
  else if (!act || act === "legend") return false;
  else leave();
  return true;
}

/** A digit without R: it chooses where the reasons are open, and else it is said what is missing.
 * @param {KeyboardEvent} event @param {HTMLElement} card */
function digitAlone(event, card) {
  const digit = digitOf(event);
  if (digit === undefined || actOf(event, table) || !thingOf("reject", card)) return false;
  if (card.querySelector(".rejecting[open]")) choose(card.querySelector(`[data-digit="${digit}"]`));
  else tell(word("no-digit"));
  return true;
}

/** Remembers the reason of what is sent. @param {URLSearchParams} body */
export function remember(body) {
  const reason = body.get("reason");
  if (body.get("action") === "reject" && reason) sessionStorage.setItem(LAST, reason);
}

/** @param {HTMLElement} card */
function repeat(card) {
  const known = [card.dataset.repeat, sessionStorage.getItem(LAST)].filter(Boolean);
  if (!known.length) return tell(word("no-reason"));
  // A reason may be offered no longer; then it is the one used last.
  choose(known.map((reason) => buttonOf(card, String(reason))).find(Boolean) ?? null);
}

/** What stands for a reason: its button, or the box that is to be written in.
 * @param {HTMLElement} card @param {string} reason @returns {HTMLElement | null} */
function buttonOf(card, reason) {
  const code = CSS.escape(reason);
  return card.querySelector(`.reasons [name=reason][value="${code}"], [data-reason="${code}"]`);
}

/** A button is pressed; a reason to tick is ticked and sent; a field is gone into.
 * @param {HTMLElement | null} thing */
function choose(thing) {
  if (!thing) return tell(word("impossible"));
  if (thing instanceof HTMLInputElement && thing.type === "radio") {
    thing.checked = true;
    thing.dispatchEvent(new Event("change", { bubbles: true }));
    if (thing.dataset.digit === "0") return write(thing.form);
    thing.form?.requestSubmit(submitterOf(thing.form));
  } else if (thing.matches("textarea, input")) {
    thing.focus();
    disarm();
  } else if (thing.matches("summary")) {
    const details = /** @type {HTMLDetailsElement} */ (thing.parentElement);
    details.open = true;
    write(details);
  } else {
    thing.click();
    if (thing.dataset.digit === "0") write(thing.closest("form"));
  }
}

/** Into the box for the note. @param {Element | null} part */
function write(part) {
  const note = part?.querySelector("textarea") ?? (part && fieldIn(part));
  /** @type {HTMLElement | null | undefined} */ (note)?.focus();
  if (note) disarm();
}

/** The button that Enter would press. @param {HTMLFormElement} form */
export function submitterOf(form) {
  const buttons = [...form.elements].filter((each) => each instanceof HTMLButtonElement);
  return buttons.find(({ type, disabled }) => type === "submit" && !disabled);
}
