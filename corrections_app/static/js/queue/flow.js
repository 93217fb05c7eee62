// @ts-check
/** From card to card: the next one is always fetched before it is wanted, and nothing is lost. */
import { Hand } from "./cards_ahead.js";
import { idle, sending } from "./send_queue.js";
import { fetched, following, heading, pageOf, touched } from "./pages.js";
import { address, blank, lay, notePainting, put } from "./view.js";
import { piece, tell, word } from "./messages.js";

/** @typedef {import("./pages.js").Page} Page */

const PRECEDENCE = 250; // milliseconds that a decision on its way goes before the next card

/** @type {Hand<Page>} */
const hand = new Hand();
/** What was decided here and not taken back: the server may still hand it out for a moment.
 * @type {Set<number>} */
const settled = new Set();
/** The last card that lay on the table: the next one comes after it. @type {Page | null} */
let origin = null;
/** @type {Promise<void> | null} */
let filling = null;

/** Takes the page as it was served for the first card. */
export function begin() {
  const page = pageOf(document, location.href);
  hand.current = page.card ? page : null;
  origin = page;
  history.replaceState({ id: page.id }, "");
  notePainting();
  addEventListener("popstate", goThere);
  fill();
}

/** The card on the table. */
export function current() {
  return hand.current;
}

/** What the card on the table is called. */
export function title() {
  return (hand.current && heading(hand.current)?.textContent?.trim()) || document.title;
}

/** The card on the table is decided; the next one takes its place in the same frame. */
export function takeAway() {
  origin = hand.current ?? origin;
  if (origin) settled.add(origin.id);
  hand.take();
  turn();
}

/** A card comes back: at once, or after the one in which somebody is writing.
 * @param {Page} page @returns {boolean} whether it is on the table */
export function comeBack(page) {
  settled.delete(page.id);
  const isBusy = hand.current && hand.current.id !== page.id && touched(hand.current).length > 0;
  if (isBusy) hand.next(page);
  else {
    hand.front(page);
    turn();
  }
  return !isBusy;
}

/** On without deciding. */
export async function goOn() {
  if (hand.current?.closed) return takeAway();
  if (hand.current && !hand.ahead.length) await fill();
  if (hand.current && !hand.ahead.length) return tell(word("no-other"));
  origin = hand.current ?? origin;
  hand.forward();
  turn();
}

/** Back without deciding. */
export function goBack() {
  if (hand.back()) turn();
  else tell(word("no-other"));
}

/** The numbers of the cards to watch, those on the table and to come first; how many those are. */
export function watched() {
  const open = hand.all().filter(({ card, closed }) => !closed && !card?.querySelector(".decided"));
  const keep = open.filter(({ id }) => hand.holds(id)).map(({ id }) => id);
  return { ids: open.map(({ id }) => id), keep };
}

/** Colleagues closed some: on the table it dims and names them; elsewhere it goes.
 * @param {{id: number, words: string, by: string}[]} closed */
export function onClosed(closed) {
  for (const { id, words, by } of closed) {
    if (hand.current?.id === id) dim(hand.current, words, by);
    else hand.drop(id);
  }
  fill();
}

/** The same card again, as the server shows it now. @param {Page} page */
export function renew(page) {
  if (hand.current?.id !== page.id) return hand.next(page);
  hand.current = page;
  turn("replaceState");
}

/** @param {"pushState" | "replaceState"} [how] */
function turn(how = "pushState") {
  if (hand.current) {
    lay(hand.current);
    address(hand.current, how);
  } else lay(blank("waiting"));
  fill();
}

/** Fetches the next card, unless it is here; one asking at a time. */
function fill() {
  filling ??= look().finally(() => (filling = null));
  return filling;
}

async function look() {
  // At the same time both would take longer; alone, either is done before the next key can fall.
  if (hand.current) await Promise.race([idle(), new Promise((done) => setTimeout(done, PRECEDENCE))]);
  const last = hand.ahead.at(-1) ?? hand.current ?? origin;
  if (hand.ahead.length || !last) return;
  let page;
  try {
    page = await nextAfter(last);
  } catch {
    if (!hand.current) layError();
    return;
  }
  if (page.card && !hand.holds(page.id)) {
    hand.deal(page);
    if (hand.current) return;
    hand.take();
    lay(page);
    address(page, "pushState");
    return look();
  }
  if (hand.current) return;
  lay(page);
  address(page, "replaceState");
}

/** A card that was decided while the server looked for one may be what it found: asked again.
 * @param {Page} last @returns {Promise<Page>} */
async function nextAfter(last) {
  for (;;) {
    const [onTheWay, known] = [sending(), new Set(settled)];
    const page = await fetched(following(last));
    const isOld = onTheWay.has(page.id) || (settled.has(page.id) && !known.has(page.id));
    if (!page.card || !isOld) return page;
    await idle();
  }
}

function layError() {
  const page = blank("error");
  lay(page);
  /** @type {HTMLElement} */ (page.nodes[0].querySelector("[data-again]")).onclick = () => turn();
}

/** @param {Page} page @param {string} words @param {string} by */
function dim(page, words, by) {
  page.closed = { words, by };
  page.card?.setAttribute("data-closed", "");
  const box = piece("gone");
  /** @type {HTMLElement} */ (box.querySelector("[data-message]")).textContent = words;
  /** @type {HTMLElement} */ (box.querySelector("[data-on]")).onclick = goOn;
  put(page, box);
  notePainting();
}

/** The browser's own back and forward. */
async function goThere() {
  const { href } = location;
  const bare = href.split("#")[0];
  if (hand.current?.url.split("#")[0] === bare) return;
  try {
    const known = hand.all().find(({ url }) => url.split("#")[0] === bare);
    const page = known ?? (await fetched(href));
    if (!page.card) return location.reload();
    hand.front(page);
    lay(page);
  } catch {
    location.reload();
  }
}
