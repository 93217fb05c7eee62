// @ts-check
/** From card to card: the next one is always fetched before it is wanted, and nothing is lost. */
import { CardsAhead } from "./cards_ahead.js";
import { idle, sending } from "./send_queue.js";
import { above, left, mark, point } from "./beside.js";
import { closes, fetched, following, heading, pageOf, summary, touched } from "./pages.js";
import { address, blank, notePainting, put, show } from "./view.js";
import { piece, tell, word } from "./messages.js";

/** @typedef {import("./pages.js").Page} Page */

const AHEAD = 2; // cards: with the one shown as many as one person is leased (queue/leases.py)
const PRECEDENCE = 250; // milliseconds that a decision on its way goes before the next card

/** @type {CardsAhead<Page>} */
const cards = new CardsAhead();
/** The last card that was shown: the next one comes after it. @type {Page | null} */
let origin = null;
/** @type {Promise<void> | null} */
let filling = null;
/** What the server said where a filtered list ends after the shown card. */
let ending = "";

/** Takes the page as it was served for the first card. */
export function begin() {
  const page = pageOf(document, location.href);
  cards.current = page.card ? page : null;
  origin = page;
  history.replaceState({ id: page.id }, "");
  notePainting();
  point(page.id);
  addEventListener("popstate", goThere);
  fill();
}

/** The card that is shown. */
export function current() {
  return cards.current;
}

/** What the shown card is called. */
export function title() {
  return (cards.current && heading(cards.current)?.textContent?.trim()) || document.title;
}

/** The shown card is decided; the next one takes its place in the same frame.
 * @param {number[]} [along] what its decision closes too: none of these comes next */
export function takeAway(along = []) {
  origin = cards.current ?? origin;
  if (origin) left.add(origin.id);
  for (const id of along) {
    left.add(id);
    cards.drop(id);
  }
  cards.take();
  turn();
}

/** A card comes back: at once, or after the one in which somebody is writing.
 * @param {Page} page @returns {boolean} whether it is shown */
export function comeBack(page) {
  for (const id of [page.id, ...closes(page)]) left.delete(id);
  const isBusy = cards.current && cards.current.id !== page.id && touched(cards.current).length > 0;
  if (isBusy) cards.next(page);
  else {
    cards.front(page);
    turn();
  }
  return !isBusy;
}

/** On without deciding. */
export async function goOn() {
  if (cards.current?.closed) return takeAway();
  /** @type {HTMLAnchorElement | null} */
  const again = cards.current ? null : document.querySelector("main [data-begin]");
  if (again) return location.assign(again.href);
  if (cards.current && !cards.ahead.length) await fill();
  if (cards.current && !cards.ahead.length) return tell(ending || word("no-other"));
  origin = cards.current ?? origin;
  cards.forward();
  turn();
}

/** Back without deciding: to the row above where the list is in sight, else to what was passed. */
export function goBack() {
  const row = cards.current && above(cards.current.id);
  if (row) visit(row, "front");
  else if (cards.back()) turn();
  else tell(word("no-other"));
}

/** To a card of the list. @param {string} url @param {"front" | "jump"} [how] */
export async function visit(url, how = "jump") {
  const number = /\/queue\/(\d+)/.exec(url)?.[1];
  try {
    const page = cards.all().find(({ id }) => `${id}` === number) ?? (await fetched(url));
    cards[how](page);
    turn();
  } catch {
    location.assign(url);
  }
}

/** The numbers of the cards to watch, those shown and to come first; how many those are. */
export function watched() {
  const open = cards.all().filter(({ card, closed }) => !closed && !card?.querySelector(".decided"));
  const keep = open.filter(({ id }) => cards.holds(id)).map(({ id }) => id);
  return { ids: open.map(({ id }) => id), keep };
}

/** Colleagues closed some: the one shown dims and names them; elsewhere it goes. What one's own
 * decision closed along with another one is no card to go on to.
 * @param {{id: number, words: string, by: string, mine: boolean}[]} closed */
export function onClosed(closed) {
  for (const { id, words, by, mine } of closed) {
    if (mine) left.add(id);
    if (cards.current?.id !== id) cards.drop(id);
    else if (!mine || touched(cards.current).length) dim(cards.current, words, by);
    else passOver(cards.current);
  }
  fill();
}

/** Readers answered what editors had asked: the card shown says so, another one is fetched again.
 * @param {{id: number, words: string, at: string}[]} answered */
export function onAnswered(answered) {
  for (const { id, words, at } of answered) {
    const page = cards.all().find((one) => one.id === id);
    if (!page?.card || page.card.dataset.answered === at) continue; // it was fetched with the answer
    page.card.dataset.answered = at;
    if (page !== cards.current) cards.drop(id);
    else if (!page.closed) showAnswered(page, words);
  }
  fill();
}

/** @param {Page} page @param {string} words */
function showAnswered(page, words) {
  const box = piece("answer");
  const button = /** @type {HTMLButtonElement} */ (box.querySelector("[data-show]"));
  const isBusy = touched(page).length > 0;
  button.hidden = isBusy;
  button.onclick = () => fetched(page.url).then(renew, () => tell(word("unreachable")));
  /** @type {HTMLElement} */ (box.querySelector("[data-message]")).textContent =
    isBusy ? `${words} ${word("answer-kept")}` : words;
  put(page, box);
}

/** @param {Page} page */
function passOver(page) {
  takeAway();
  tell(`${word("closed-along")} ${summary(page)}`);
}

/** The same card again, as the server shows it now. @param {Page} page */
export function renew(page) {
  if (cards.current?.id !== page.id) return cards.next(page);
  cards.current = page;
  turn("replaceState");
}

/** @param {"pushState" | "replaceState"} [how] */
function turn(how = "pushState") {
  if (cards.current) {
    show(cards.current);
    address(cards.current, how);
    mark(cards.current);
  } else show(blank("waiting"));
  fill();
}

/** Fetches the next card, unless it is here; one asking at a time. */
function fill() {
  filling ??= look().finally(() => (filling = null));
  return filling;
}

async function look() {
  // At the same time both would take longer; alone, either is done before the next key can fall.
  if (cards.current) await Promise.race([idle(), new Promise((done) => setTimeout(done, PRECEDENCE))]);
  const last = cards.ahead.at(-1) ?? cards.current ?? origin;
  if (isReady() || !last) return;
  let page;
  try {
    page = await nextAfter(last);
  } catch {
    if (!cards.current) showError();
    return;
  }
  if (page.card && !cards.holds(page.id)) {
    cards.append(page);
    if (cards.current) return look();
    cards.take();
    show(page);
    address(page, "pushState");
    mark(page);
    return look();
  }
  ending = (page.nodes[0]?.matches("[data-end]") && heading(page)?.textContent?.trim()) || "";
  if (cards.current) return;
  show(page);
  mark(page);
  address(page, "replaceState");
}

/** Whether a card is here that will still be open after the one shown is accepted. */
function isReady() {
  const along = closes(cards.current);
  return cards.ahead.length >= AHEAD || cards.ahead.some(({ id }) => !along.includes(id));
}

/** A card that was decided while the server looked for one may be what it found, and what it counts
 * at the end of a list: asked again.
 * @param {Page} last @returns {Promise<Page>} */
async function nextAfter(last) {
  for (;;) {
    const [onTheWay, known] = [sending(), new Set(left)];
    const page = await fetched(following(last));
    const isOld = onTheWay.has(page.id) || (left.has(page.id) && !known.has(page.id));
    const isLate = onTheWay.size || sending().size || left.size !== known.size;
    if (page.card ? !isOld : !isLate) return page;
    await idle();
  }
}

function showError() {
  const page = blank("error");
  show(page);
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
  if (cards.current?.url.split("#")[0] === bare) return;
  try {
    const known = cards.all().find(({ url }) => url.split("#")[0] === bare);
    const page = known ?? (await fetched(href));
    if (!page.card) return location.reload();
    cards.front(page);
    show(page);
    mark(page);
  } catch {
    location.reload();
  }
}
