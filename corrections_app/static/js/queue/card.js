// @ts-check
/** The triage screen: one key per decision, the next card already there, every slip undoable.
 *
 * Everything is a form or a link that works without this script; it sends them from behind. */
import { actOf, isComposed, isEnter, isTyping, listen, press, tableOf, thingOf } from "../lib/keys.js";
import * as asking from "./asking.js";
import { addressOf, decide, stay } from "./send_decision.js";
import { begin, current, goBack, goOn, onAnswered, onClosed, visit, watched } from "./flow.js";
import * as reasons from "./reasons.js";
import { flash, focusHeading, wasSeen } from "./view.js";
import { undo, undoLatest, whatOf } from "./undo.js";
import { watch } from "./polling.js";
import { tell, word } from "./messages.js";

const ADVANCING = /\/(decision|skip|hold|ask|duplicate|escalate|approve|send-back|uphold)$/;
const STAYING = /\/(place|split|reopen)$/;
const TAKING_BACK = /^\/queue\/(\d+\/)?(undo|put-back)$/;
const LOOKING = /\/queue\/\d+$/;
/** They do nothing to a card, so it need not have been seen. */
const HARMLESS = ["legend", "list", "search", "undo"];
/** They make sense with a card that a colleague closed; any other key goes on to the next. */
const STILL = [...HARMLESS, "context", "open", "previous"];

const legend = /** @type {HTMLDialogElement} */ (document.querySelector("[data-legend]"));
const table = tableOf(legend);

/** A key that has an act of its own. Whether it was taken care of.
 * @param {string} name @param {KeyboardEvent} event */
function act(name, event) {
  const card = current()?.card;
  if (!HARMLESS.includes(name) && !wasSeen(event)) return true;
  if (name === "next") goOn();
  else if (name === "previous") goBack();
  else if (name === "undo") takeBack(card);
  else if (name === "accept" || name === "accept_flagged") accept(card, name);
  else if (name === "reject") (card && reasons.open(card)) || tell(word("impossible"));
  else if (name === "open") open(thingOf("open", card ?? document));
  else if (thingOf(name)) return false;
  else tell(word("impossible"));
  return true;
}

/** @param {HTMLElement | null | undefined} card @param {string} name */
function accept(card, name) {
  const isFlagged = card?.dataset.flagged !== undefined;
  if (isFlagged && name === "accept") {
    flash("flash", ...card.querySelectorAll(":scope > :is(.risks, .banner-same)"));
    return tell(word("flagged"));
  }
  const thing = card && (thingOf("accept_flagged", card) ?? thingOf("accept", card));
  if (!thing) return tell(word("impossible"));
  if (name === "accept_flagged") {
    closeAbove(thing); // what lies above the notice
    if (!confirmsNotice(thing)) return tell(word("notice-unseen"));
    asking.confirm(thing);
  }
  press(thing);
}

/** The second key says that a prepared notice may stand, where it can be read; else it is brought
 * into sight. Whether there is nothing left to read. @param {HTMLElement} thing */
function confirmsNotice(thing) {
  const form = thing.closest("form");
  const box = /** @type {HTMLInputElement | null | undefined} */ (form?.querySelector("input[type=checkbox][name=confirmed]"));
  const notice = form?.querySelector("[name=notice]");
  if (!box?.checkVisibility() || !notice) return true;
  const { left, top, bottom } = notice.getBoundingClientRect();
  if (document.elementFromPoint(left + 8, (top + bottom) / 2) !== notice) {
    // At once: the next press may come before a slow scroll is over.
    notice.scrollIntoView({ block: "center", behavior: "instant" });
    box.labels?.[0]?.setAttribute("data-unread", "");
    return false;
  }
  box.checked = true;
  box.labels?.[0]?.removeAttribute("data-unread");
  return true;
}

/** A card that is decided already names its own way back. @param {HTMLElement | null | undefined} card */
function takeBack(card) {
  const thing = card && thingOf("undo", card);
  if (thing) press(thing);
  else undoLatest();
}

/** @param {HTMLElement | undefined} thing */
function open(thing) {
  if (thing instanceof HTMLAnchorElement) window.open(thing.href, "_blank", "noopener");
}

/** @param {KeyboardEvent} event */
function before(event) {
  const page = current();
  if (page?.card && reasons.follow(event, page.card)) return true;
  if (!page?.closed || event.key.length > 1) return false;
  if (STILL.includes(actOf(event, table) ?? "")) return false;
  if (wasSeen(event)) goOn();
  return true;
}

/** The keys that work while one types, and for those who want no single ones.
 * @param {KeyboardEvent} event */
function whileTyping(event) {
  const { target } = event;
  if (event.repeat || isComposed(event) || legend.open || !(target instanceof HTMLElement)) return;
  const form = /** @type {HTMLFormElement | null} */ (target.closest("article.card form"));
  if (isEnter(event) && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    form.requestSubmit(reasons.submitterOf(form));
  } else if (event.key === "Escape" && (reasons.leave() || asking.withdraw(form) || leave(target))) {
    event.preventDefault();
    const page = current();
    if (page) focusHeading(page);
  }
}

/** Out of what lies open above the bar, which keeps what was typed. @param {HTMLElement} target */
function leave(target) {
  return closeAbove() || (isTyping(target) && target.closest("article.card") !== null);
}

/** Closes what lies open above the bar, but for the part that holds this. Whether anything did.
 * @param {Element} [kept] */
function closeAbove(kept) {
  /** @type {NodeListOf<HTMLDetailsElement>} */
  const open = document.querySelectorAll(".decide details[open], .before[open]");
  const others = [...open].filter((part) => !kept || !part.contains(kept));
  for (const part of others) part.open = false;
  return others.length > 0;
}

/** More of the text is opened for what changes in it: no bar may cover that. @param {Event} event */
function onOpened({ target }) {
  if (!(target instanceof HTMLDetailsElement) || !target.matches(".text-around[open]")) return;
  const changed = [...target.querySelectorAll(".here :is(del, ins, mark)")].at(-1);
  const bar = target.closest(".card")?.querySelector(":scope > .decide");
  if (!changed || !bar) return;
  const hidden = changed.getBoundingClientRect().bottom - bar.getBoundingClientRect().top;
  if (hidden > 0) scrollBy({ top: hidden + 16, behavior: "instant" });
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const { pathname } = addressOf(form);
  const isOfCard = form.closest("article.card") !== null;
  if (isOfCard && !asking.answered(form)) return event.preventDefault();
  if (form.matches("[data-single-keys-form]")) switchKeys(form);
  else if (TAKING_BACK.test(pathname)) undo(pathname, whatOf(form));
  else if (isOfCard && ADVANCING.test(pathname)) decide(form, event.submitter);
  else if (isOfCard && (STAYING.test(pathname) || LOOKING.test(pathname))) stay(form, event.submitter);
  else return;
  event.preventDefault();
}

/** @param {HTMLFormElement} form */
async function switchKeys(form) {
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  try {
    const answer = await fetch(addressOf(form), { method: "POST", body });
    if (!answer.ok) throw new Error(`${answer.status}`);
    location.reload();
  } catch {
    tell(word("unreachable"));
    legend.close();
  }
}

/** @param {MouseEvent} event */
function onClick(event) {
  const target = /** @type {Element} */ (event.target);
  const isOfCard = event.isTrusted && target.closest("article.card button, article.card summary");
  if (isOfCard && !wasSeen(event)) {
    // The second half of a double click would decide a card that nobody has seen.
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (!target.closest(".decide, dialog")) closeAbove(target);
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = /** @type {HTMLAnchorElement | null} */ (target.closest("[data-beside] a"));
  const question = target.closest("[data-not-yet]")?.closest("form") ?? null;
  const isNext = target.closest("a.next, a[data-act~=next], article.card a[href*='/queue/next']");
  if (asking.withdraw(question)) focusHeading(/** @type {any} */ (current()));
  else if (row) visit(row.href);
  else if (isNext) goOn();
  else if (target.closest("[data-act~=previous]")) goBack();
  else return;
  event.preventDefault();
}

for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-triage] [data-act=previous]")))
  part.hidden = false;
begin();
asking.revealIn(current()?.card);
document.addEventListener("card:shown", () => asking.revealIn(current()?.card));
listen(legend, act, before);
document.addEventListener("keydown", whileTyping);
document.addEventListener("submit", onSubmit);
document.addEventListener("toggle", onOpened, true);
document.addEventListener("click", onClick, true);
watch(watched, { onClosed, onAnswered }, () => tell(word("signed-out")));
