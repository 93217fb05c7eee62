// @ts-check
/** Sending what a form of the card says, from behind: nothing is called done before it is. */
import { begin, done, notDone, of, remove } from "./recent.js";
import { comeBack, current, goOn, renew, takeAway, title } from "./flow.js";
import { inTurn } from "./send_queue.js";
import { BreakReminder } from "./break_reminder.js";
import { closes, fetched, sent, summary, touched } from "./pages.js";
import * as reasons from "./reasons.js";
import { clear, put } from "./view.js";
import { announce, note, piece, word } from "./messages.js";

/** @typedef {import("./pages.js").Page} Page */
/** @typedef {{page: Page, url: string, body: URLSearchParams, act: string}} Sending */

const VERDICTS = ["accept", "reject", "supersede"];
/** What applies the change, and so closes those that ask for something else of the same words. */
const CLOSING = ["accept", "approve"];
const reminder = new BreakReminder();
const AS_IT_STANDS_NOW = ["text_moved", "stale_version", "needs_confirmation"];

/** Decides the shown card; the next one is there in the same frame.
 * @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
export function decide(form, submitter) {
  const page = current();
  if (!page) return;
  if (page.closed) return goOn();
  send(sendingOf(page, form, submitter));
}

/** An act after which the same card is there, as it stands then: place, split, look, reopen.
 * @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
export async function stay(form, submitter) {
  const page = current();
  if (!page) return;
  const { url, body } = sendingOf(page, form, submitter);
  try {
    if (form.getAttribute("method") === "get") return lookedUp(await fetched(`${url}?${body}`));
    const answer = await inTurn(page.id, () => sent(url, body));
    if (!answer) throw new Error("no answer");
    const init = answer.ok ? undefined : { method: "POST", body };
    const shown = await fetched(answer.ok ? page.url : url, init);
    renew({ ...shown, url: page.url });
  } catch {
    trouble(page, word("unreachable"), () => stay(form, submitter));
  }
}

/** What was looked for: the first place is the one to take or to leave. @param {Page} page */
function lookedUp(page) {
  renew(page);
  /** @type {HTMLElement | null | undefined} */
  const place = page.card?.querySelector("[name=place]:checked, [name=place]");
  place?.focus();
}

/** @param {Page} page @param {HTMLFormElement} form @param {HTMLElement | null} submitter
 * @returns {Sending} */
function sendingOf(page, form, submitter) {
  const data = /** @type {any} */ (new FormData(form, submitter));
  const body = new URLSearchParams(data);
  const { pathname, search } = addressOf(form);
  const act = (pathname.endsWith("/decision") && body.get("action")) || pathname.split("/").pop() || "";
  return { page, url: pathname + search, body, act };
}

/** Where a form goes. A button called `action` hides the property of that name.
 * @param {HTMLFormElement} form */
export function addressOf(form) {
  return new URL(form.getAttribute("action") ?? "", location.href);
}

/** @param {Sending} sending */
function send(sending) {
  const { page, url, body, act } = sending;
  clear(page);
  reasons.disarm();
  reasons.remember(body);
  for (const old of of(page.id)) remove(old);
  const strip = begin({ id: page.id, summary: summary(page), url: page.url, act });
  const along = CLOSING.includes(act) ? closes(page) : [];
  const answered = inTurn([page.id, ...along], () => sent(url, body));
  takeAway(along);
  if (VERDICTS.includes(act) && reminder.note(performance.now())) note(word("pace"));
  answered.then((answer) => conclude(sending, strip, answer));
}

/** @param {Sending} sending @param {HTMLElement} strip
 * @param {import("./pages.js").Answer} answer */
function conclude(sending, strip, answer) {
  if (!answer) return failed(sending, strip, word("unreachable"));
  const { ok, status, said } = answer;
  if (ok) {
    const outcome = word(said.awaiting ? "awaiting" : sending.act);
    done(strip, outcome, said.undo_until);
    announce(`${outcome}: ${summary(sending.page)}. ${word("now")} ${title()}`);
    if (sending.act === "accept") document.dispatchEvent(new CustomEvent("triage:ask"));
  } else if (said.error === "already_decided") {
    const name = said.same_outcome ? "calm" : "lost";
    notDone(strip, name, `${word("already")}: ${said.message}`, typedIn(sending.page));
    announce(`${said.message} ${word("now")} ${title()}`);
  } else if (status === 422 || AS_IT_STANDS_NOW.includes(said.error)) {
    again(sending, strip);
  } else failed(sending, strip, said.message);
}

/** The server shows the card as it stands now, with what was typed and the reason beside it.
 * @param {Sending} sending @param {HTMLElement} strip */
async function again(sending, strip) {
  const { page, url, body } = sending;
  try {
    const shown = await inTurn(page.id, () => fetched(url, { method: "POST", body }));
    comesBack({ ...shown, url: page.url }, strip);
  } catch {
    failed(sending, strip, word("unreachable"));
  }
}

/** Not done, or not known: the card comes back as it was left, and can be sent again.
 * @param {Sending} sending @param {HTMLElement} strip @param {string} message */
function failed(sending, strip, message) {
  trouble(sending.page, `${word(sending.act)}? ${message}`, () => send(sending));
  comesBack(sending.page, strip);
}

/** @param {Page} page @param {HTMLElement} strip */
function comesBack(page, strip) {
  const isHere = comeBack(page);
  notDone(strip, "failed", word(isHere ? "not-sent" : "came-back"));
  announce(`${word(isHere ? "not-sent" : "came-back")}: ${summary(page)}`);
}

/** @param {Page} page @param {string} message @param {() => void} retry */
function trouble(page, message, retry) {
  const box = piece("trouble");
  /** @type {HTMLElement} */ (box.querySelector("[data-message]")).textContent = message;
  /** @type {HTMLElement} */ (box.querySelector("[data-again]")).onclick = retry;
  put(page, box);
}

/** What somebody wrote on a card, to be copied from its strip. @param {Page} page */
function typedIn(page) {
  return touched(page)
    .filter((field) => field.matches("textarea, input[type=text]"))
    .map((field) => /** @type {HTMLTextAreaElement} */ (field).value.trim())
    .filter(Boolean)
    .join("\n\n");
}
