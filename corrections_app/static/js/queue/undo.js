// @ts-check
/** Taking back: the last decision, or one of the strips; the card is shown again. */
import { comeBack, current, title } from "./flow.js";
import { inTurn } from "./send_queue.js";
import { fetched, sent, summary } from "./pages.js";
import { aside, notDone, of, raise } from "./recent.js";
import { announce, tell, word } from "./messages.js";

const triage = /** @type {HTMLElement} */ (document.querySelector("[data-triage]"));
const token = /** @type {HTMLMetaElement} */ (document.querySelector("meta[name=csrf-token]"));
/** The keys of what was not answered: asked again, it is still the same act.
 * @type {Map<string, string>} */
const unanswered = new Map();

/** Takes one's own last act back; asked again, the decision before. */
export function undoLatest() {
  const form = aside();
  if (form) return undo(/** @type {string} */ (form.getAttribute("action")), whatOf(form));
  return undo(/** @type {string} */ (triage.dataset.undo));
}

/** What a strip's form puts back: a hold, an escalation, a question, a skip. @param {HTMLFormElement} form */
export function whatOf(form) {
  return String(new FormData(form).get("what") ?? "");
}

/** Takes back what an address stands for. @param {string} url @param {string} [what] */
export async function undo(url, what = "") {
  const key = unanswered.get(url) ?? newKey();
  // The next press means the next decision, even before this one is answered.
  unanswered.delete(url);
  announce(word("undoing"));
  const body = new URLSearchParams({ csrf_token: token.content, key, what });
  const answer = await inTurn(0, () => sent(url, body));
  if (!answer) {
    unanswered.set(url, key);
    return tell(word("unreachable"));
  }
  if (!answer.ok) return tell(answer.said.message);
  // What was done with many comes back as a whole: its page shows all of them.
  if (answer.said.bulk) return location.assign(`/queue/bulk/${answer.said.bulk}`);
  await back(answer.said.id);
}

/** @param {number} id */
async function back(id) {
  for (const strip of of(id)) {
    notDone(strip, "undone", word("undone"));
    raise(strip);
  }
  try {
    const page = await fetched(cardAt(id));
    const isHere = comeBack(page);
    const outcome = word("undone");
    if (isHere) announce(`${outcome}: ${summary(page)}. ${word("now")} ${title()}`);
    else tell(`${outcome}: ${summary(page)}`);
  } catch {
    tell(`${word("undone")}. ${word("unreachable")}`);
  }
}

/** A card's address, in the lane and under the filters that are worked with. @param {number} id */
function cardAt(id) {
  const { searchParams } = new URL(current()?.url ?? location.href, location.href);
  for (const passing of ["after", "find"]) searchParams.delete(passing);
  return `/queue/${id}${searchParams.size ? `?${searchParams}` : ""}`;
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
