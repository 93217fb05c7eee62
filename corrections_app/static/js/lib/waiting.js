// @ts-check
/** What could not be sent waits on this device, and is sent when the newsroom can be reached.
 *
 * Each waits under a key of its own, that of its form: sent twice it is one correction, and tabs do
 * not take from each other. It goes as JSON, since nobody is there to be asked back. */
import { keepReceipt, list, others, put } from "./storage.js";

const PATIENCE = 20_000; // milliseconds
const [PAUSE, LONGEST] = [15_000, 600_000]; // milliseconds between two tries: the first, and later on
const RETRIED = [408, 425, 429];
const PREFIX = "corrections.";
const FORM = /^\/articles\/([^/]+)\/corrections$/;
let timer;
let tries = 0;

/** @typedef {{arrived?: any, refused?: any, waits: number, pause: number, again: (act: () => void) => void}} Told */

/** How long to wait after so many tries: a newsroom in need is not asked ever again by all its readers.
 * @param {number} tried */
export const pause = (tried) => Math.min(PAUSE * 2 ** tried, LONGEST);

/** Sends what waits, and says what came of it. @returns {Promise<Told>} */
export async function deliver() {
  /** @type {Told} */
  const told = { waits: 0, pause: 0, again: (act) => again(act, told.pause) };
  if (!navigator.locks) await sendAll(told);
  else await navigator.locks.request("corrections.waiting", () => sendAll(told));
  if (told.waits) told.pause = Math.max(told.pause, pause(tries++));
  else tries = 0;
  return told;
}

/** Tries again in a while; the page itself does so too as soon as there is a network.
 * @param {() => void} act @param {number} after */
function again(act, after) {
  clearTimeout(timer);
  timer = setTimeout(act, after);
}

/** @param {Told} told */
async function sendAll(told) {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX + "waiting."));
  for (const name of names.map((each) => each.slice(PREFIX.length))) {
    const [held] = list(name);
    const [, slug] = FORM.exec(path(held?.action)) ?? [];
    if (!slug) put(name, []);
    // Whoever is asked for patience does not send the next one at once.
    else if (told.pause || !(await send(name, held, slug, told))) told.waits++;
  }
}

/** Whether the newsroom has answered. @param {string} name @param {any} held @param {string} slug
 * @param {Told} told */
async function send(name, held, slug, told) {
  const { action, fields } = held;
  try {
    const answer = await fetch(action, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify(fields),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (RETRIED.includes(answer.status) || answer.status >= 500) {
      told.pause = (Number(answer.headers.get("Retry-After")) || 0) * 1000;
      return false;
    }
    // What stands between may refuse in its own way; a welcome that is none of ours means nothing.
    const said = answer.ok ? await answer.json() : await answer.json().catch(() => unsaid(answer));
    const isAsSent = JSON.stringify(list(name)[0]) === JSON.stringify(held); // not typed on meanwhile
    if (isAsSent) put(name, []);
    const rest = others(slug, fields);
    if (answer.ok) {
      if (isAsSent) put("drafts." + slug, rest);
      told.arrived = { ...said, ...(isAsSent && { key: fields.key }) };
      receive(said, slug);
    } else if (isAsSent) {
      const address = formOf(action, fields);
      put("drafts." + slug, [{ address, fields }, ...rest]);
      told.refused = { ...said, slug, address };
    }
    return true;
  } catch {
    return false;
  }
}

/** @param {Response} answer */
const unsaid = ({ status, statusText }) => ({ message: `${status} ${statusText}` });

/** @param {{url: string, reference: string}} said @param {string} slug */
function receive({ url, reference }, slug) {
  const article = /** @type {any} */ (document.querySelector("article[data-slug]"));
  const title = article?.dataset.slug === slug && article.querySelector("[data-start='0']")?.textContent;
  const sent = new Date().toISOString();
  keepReceipt({ url: location.origin + url, reference, title: title || "", sent }, slug);
}

/** The form in which its words can be changed. @param {string} action @param {any} fields */
function formOf(action, { revision, start, end }) {
  /** @type {Record<string, string>} */
  const place = start ? { revision, start, end } : { revision, whole: "1" };
  return `${action}/new?${new URLSearchParams(place)}`;
}

/** The path of one of our own addresses, or nothing. @param {string} address */
function path(address) {
  return URL.canParse(address) && new URL(address).origin === location.origin ? new URL(address).pathname : "";
}
