// @ts-check
/** /receipts: what this device remembers of what was sent from it, and how each stands now. */
import { difference } from "../lib/difference.js";
import { list as stored, put } from "../lib/storage.js";

const AT_ONCE = 4;
const NEAR = 60; // units

/** @typedef {{url: string, reference: string, title: string, sent: string}} Kept */

/** @template {Element} [T=HTMLElement] @param {string} name @param {ParentNode} [part] */
const find = (name, part = document) => /** @type {T} */ (part.querySelector(name));
const list = find("[data-list]");
const row = find("template[data-row]", document);

/** What is kept, newest first; anything that is not a receipt of this site is left out.
 * @returns {Kept[]} */
const kept = () => stored("receipts").filter(address);

/** The receipt's path, if that is what its address leads to. @param {Kept} receipt */
function address(receipt) {
  try {
    const { origin, pathname } = new URL(receipt.url, location.href);
    return origin === location.origin && /^\/receipts\/[\w-]+$/.test(pathname) ? pathname : "";
  } catch {
    return "";
  }
}

/** @param {Kept} receipt */
function shown(receipt) {
  const part = /** @type {DocumentFragment} */ (
    /** @type {HTMLTemplateElement} */ (/** @type {unknown} */ (row)).content.cloneNode(true)
  );
  const link = /** @type {HTMLAnchorElement} */ (find("[data-link]", part));
  link.href = address(receipt);
  find("[data-title]", part).textContent = receipt.title || receipt.reference;
  find("[data-reference]", part).textContent = receipt.reference;
  const button = find("button", part);
  button.setAttribute("aria-describedby", (link.id = `receipt-${receipt.reference}`));
  button.onclick = () => forget(receipt);
  return /** @type {HTMLElement} */ (part.firstElementChild);
}

/** @param {Kept} receipt */
function forget(receipt) {
  put("receipts", kept().filter((other) => other.url !== receipt.url));
  find("[data-heard]").textContent = row.dataset.forgotten ?? "";
  const link = (/** @type {Element} */ item) => /** @type {HTMLAnchorElement} */ (find("a", item));
  const at = [...list.children].findIndex((each) => link(each).href.endsWith(address(receipt)));
  list.children[at]?.remove();
  const next = list.children[at] ?? list.lastElementChild;
  if (next) link(next).focus();
  find("[data-none]").hidden = list.childElementCount > 0;
}

/** How it stands now, in the newsroom's words. @param {Kept} receipt @param {HTMLElement} item */
async function ask(receipt, item) {
  const place = find("[data-state]", item);
  const say = (/** @type {string} */ name) => {
    place.textContent = /** @type {HTMLTemplateElement} */ (find(name)).content.textContent;
  };
  try {
    const answer = await fetch(address(receipt), { headers: { Accept: "application/json" } });
    if (answer.status === 404) return say("[data-gone]");
    const known = await answer.json();
    const sent = /** @type {HTMLTimeElement} */ (find("[data-sent]", item));
    place.textContent = known.state;
    place.lang = sent.lang = known.said_in;
    place.classList.add(`status-${known.status}`);
    sent.textContent = known.sent_on;
    sent.dateTime = known.sent;
    const title = find("[data-title]", item);
    title.lang = known.lang;
    if (known.title) title.textContent = known.title;
    tell(known, find("[data-change]", item));
  } catch {
    say("[data-unknown]");
  }
}

/** What was sent, as a change; of a remark the words that it was about, or its own.
 * @param {{exact?: string, replacement?: string, explanation?: string, lang: string, dir: string}} known
 * @param {HTMLElement} place */
function tell({ exact, replacement, explanation, lang, dir }, place) {
  const [before, removed, added, after] =
    replacement == null ? [exact || explanation || "", "", "", ""] : difference(exact ?? "", replacement);
  const marked = (/** @type {string} */ tag, /** @type {string} */ words) =>
    words ? [Object.assign(document.createElement(tag), { textContent: words })] : [];
  place.replaceChildren(
    begun(before, Boolean(removed || added)),
    ...marked("del", removed),
    ...marked("ins", added),
    ended(after),
  );
  Object.assign(place, { lang, dir, hidden: !place.textContent });
}

/** Around a change the words nearest to it. @param {string} words @param {boolean} isBefore */
const begun = (words, isBefore) =>
  words.length <= NEAR ? words : isBefore ? "…" + words.slice(-NEAR) : words.slice(0, 3 * NEAR) + "…";
/** @param {string} words */
const ended = (words) => (words.length <= NEAR ? words : words.slice(0, NEAR) + "…");

/** Shows the list at once; the states come a few at a time. */
async function begin() {
  const receipts = kept();
  const items = receipts.map(shown);
  list.replaceChildren(...items);
  find("[data-none]").hidden = items.length > 0;
  const waiting = receipts.map((receipt, n) => () => ask(receipt, items[n]));
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

begin();
addEventListener("storage", ({ key }) => key?.endsWith(".receipts") && begin());
