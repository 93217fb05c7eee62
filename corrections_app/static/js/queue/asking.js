// @ts-check
/** The second, deliberate step: a form that asks is not sent before its question was in sight.
 *
 * The question, and what saying yes confirms, stand in the form; the server asks the same of
 * whoever has no script, and of words that were typed here. */
import { notePainting } from "./view.js";

/** Whether a form is to be sent now; otherwise its question is there, and the next press answers it.
 * @param {HTMLFormElement} form */
export function answered(form) {
  if (!form.matches("[data-asks]") || form.matches("[data-asked]")) return true;
  confirm(form);
  reveal(form);
  return false;
}

/** Says yes beforehand, to what the card shows. @param {HTMLElement} thing the button */
export function confirm(thing) {
  const form = thing.closest("form");
  if (!form?.matches("[data-asks]")) return;
  form.dataset.asked = "";
  for (const field of confirmations(form)) field.disabled = false;
}

/** Takes the question back. Whether there was one. @param {Element | null} form */
export function withdraw(form) {
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-asked]")) return false;
  delete form.dataset.asked;
  for (const field of confirmations(form)) field.disabled = true;
  return true;
}

/** The question of a card that came back with one. @param {ParentNode | null | undefined} card */
export function revealIn(card) {
  const form = card?.querySelector("form[data-asked]");
  if (form instanceof HTMLFormElement) reveal(form);
}

/** @param {HTMLFormElement} form */
function reveal(form) {
  /** @type {HTMLElement | null} */
  const question = form.querySelector("[data-question]");
  question?.focus({ preventScroll: true });
  question?.scrollIntoView({ block: "nearest", behavior: "instant" });
  notePainting(); // the second half of a double click is no answer
}

/** @param {HTMLFormElement} form @returns {NodeListOf<HTMLInputElement>} */
function confirmations(form) {
  return form.querySelectorAll("input[type=hidden][name=confirmed]");
}
