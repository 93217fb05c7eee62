// @ts-check
/** The reader's own corrections, where they stand in the article: on this device alone, quietly,
 * and until they are settled. The page itself is the same for everyone. */
import { list, put } from "../lib/storage.js";

const MOST = 20;
const RECEIPT = /^\/receipts\/[\w-]+$/;
/** @type {any} */
const page = document;
const article = page.querySelector("article[data-slug]");
const key = "marks." + article.dataset.slug;
const sign = page.querySelector("template[data-own-mark]");
/** @type {Map<string, Range>} by the address of the receipt */
const marked = new Map();
let isStyled = false;

/** Marks what waits for an editor and was sent from here; what is settled is not asked about again. */
export async function mark() {
  const kept = new Set(list("receipts").map((receipt) => receipt?.url));
  const own = [...new Set(list(key))].filter((url) => kept.has(url)); // not those that were forgotten
  for (const url of own.slice(0, MOST)) {
    if (marked.has(url)) continue;
    const known = await standing(url);
    if (known?.place) show(url, known);
    else if (known?.isSettled) put(key, list(key).filter((other) => other !== url));
  }
}

/** How a receipt stands; nothing where the newsroom does not say. @param {string} url */
async function standing(url) {
  try {
    const { origin, pathname } = new URL(url);
    if (origin !== location.origin || !RECEIPT.test(pathname)) return null;
    const answer = await fetch(pathname, { headers: { Accept: "application/json" } });
    if (answer.status >= 500 || answer.status === 429) return null;
    const known = answer.ok ? await answer.json() : {};
    return { ...known, isSettled: known.status !== "pending" };
  } catch {
    return null;
  }
}

/** @param {string} url @param {any} known */
function show(url, { place, exact, replacement, state }) {
  if (marked.has(url) || `${place.revision}` !== article.dataset.revision) return;
  const range = rangeOf(place.start, place.end);
  if (!range) return;
  style();
  const link = sign.content.firstElementChild.cloneNode(true);
  link.href = new URL(url).pathname;
  const arrow = article.dir === "rtl" ? "←" : "→";
  const change = replacement == null ? `“${exact}”` : `“${exact}” ${arrow} “${replacement}”`;
  link.title = `${sign.dataset.label} ${change} (${state})`;
  link.setAttribute("aria-label", link.title);
  const end = range.cloneRange();
  end.collapse(false);
  const selection = /** @type {Selection} */ (getSelection());
  // Marked, the words that were just sent need no second offer.
  if (!selection.isCollapsed && selection.getRangeAt(0).intersectsNode(end.startContainer)) selection.removeAllRanges();
  end.insertNode(link);
  range.setEndBefore(link);
  marked.set(url, range);
  const { Highlight, CSS } = /** @type {any} */ (window);
  if (Highlight) CSS.highlights.set("own", new Highlight(...marked.values()));
}

function style() {
  if (isStyled) return;
  isStyled = true;
  const href = `${new URL("../../css/own_marks.css", import.meta.url)}`;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

/** The range of some code points of the canonical text. @param {number} start @param {number} end */
function rangeOf(start, end) {
  const [from, to] = [pointAt(start, false), pointAt(end, true)];
  if (!from || !to) return null;
  const range = document.createRange();
  range.setStart(...from);
  range.setEnd(...to);
  return range.collapsed ? null : range;
}

/** Where in the page a code point stands. @param {number} offset @param {boolean} isEnd
 * @returns {[Node, number] | null} */
function pointAt(offset, isEnd) {
  const isBefore = ({ dataset }) => (isEnd ? +dataset.start < offset : +dataset.start <= offset);
  const block = [...article.querySelectorAll("[data-start]")].findLast(isBefore);
  if (!block) return null;
  let left = offset - block.dataset.start;
  const nodes = document.createTreeWalker(block, 5 /* elements and text */, (/** @type {any} */ node) =>
    node.dataset?.skip == null ? 1 : 2 /* with all inside */,
  );
  while (nodes.nextNode()) {
    const node = /** @type {any} */ (nodes.currentNode);
    const points = [...(node.data ?? (node.nodeName === "BR" ? "\n" : ""))];
    if (node.data && (isEnd ? left <= points.length : left < points.length))
      return [node, points.slice(0, left).join("").length];
    left -= points.length;
  }
  return null;
}
