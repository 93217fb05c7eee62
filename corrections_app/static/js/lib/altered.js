// @ts-check
/** Words on a screen that does not show what was published: an extension or a script changed it. */
import { SEPARATOR, selected, toPoints, within } from "./selection.js";

const NEAR = 8; // units beside them that tell words from their likes

/** The place of selected words in a text that differs from the one on the screen: only where
 * they stand once with their neighbours, or once at all with one of them. -1 where they do not.
 * @param {string} exact @param {{text: string, from: number}} seen @param {string} served */
export function found(exact, { text, from }, served) {
  const start = text.indexOf(exact, from);
  const [before, after] = [text.slice(0, start), text.slice(start + exact.length)];
  /** How many units agree beside a place, on its better side. */
  const agree = (at) => {
    const ahead = served.slice(0, at);
    const behind = served.slice(at + exact.length);
    let [left, right] = [0, 0];
    while (left < NEAR && left < ahead.length && ahead.at(-1 - left) === before.at(-1 - left)) left++;
    while (right < NEAR && right < behind.length && behind[right] === after[right]) right++;
    if (left === ahead.length && left === before.length) left = NEAR;
    if (right === behind.length && right === after.length) right = NEAR;
    return [left, right];
  };
  const places = [];
  for (let at = served.indexOf(exact); at >= 0; at = served.indexOf(exact, at + 1)) places.push(at);
  const near = places.map((at) => [at, ...agree(at)]);
  const both = near.filter(([, left, right]) => left === NEAR && right === NEAR);
  const one = near.filter(([, left, right]) => left === NEAR || right === NEAR);
  const lone = near.filter(
    ([, left, right]) => places.length === 1 && left + right && exact.length + left + right >= NEAR,
  );
  const [only, ...others] = [both, one, lone].find((few) => few.length) ?? [];
  return !only || others.length ? -1 : only[0];
}

/** The text of the blocks that a range has words of, where it begins, and the range in it.
 * @param {ParentNode & Node} article @param {Range} range */
function around(article, range) {
  const seen = { text: "", base: 0, last: 0, from: 0, to: 0 };
  for (const block of article.querySelectorAll("[data-start]")) {
    if (!range.intersectsNode(block)) continue;
    const part = within(block, range);
    if (part.from >= part.to) continue;
    seen.last = Number(block.getAttribute("data-start"));
    if (seen.text) seen.text += SEPARATOR;
    else [seen.base, seen.from] = [seen.last, part.from];
    seen.to = seen.text.length + part.to;
    seen.text += part.text;
  }
  return seen;
}

/** The address of the form for these words in the published text, empty where it is not sure,
 * and what came from there.
 * @param {string} address @param {HTMLElement} part what came from there
 * @param {Range} range the words on the screen
 * @param {(address: string) => Promise<any[]>} fetched */
export async function placed(address, part, range, fetched) {
  const seen = around(/** @type {any} */ (document.querySelector("article[data-slug]")), range);
  const exact = selected(seen.text, seen.from, seen.to)?.exact ?? "";
  const form = /** @type {any} */ (part.querySelector(".correction"));
  const { around: text } = part.dataset;
  if (text === seen.text) return [address, part];
  // The page is of an older version: the server has carried the place to the newest.
  if (form && text === undefined) return form.exact?.value.includes(exact) ? [address, part] : ["", part];
  const url = new URL(address, location.href);
  const at = (start, end) => {
    url.searchParams.set("start", start);
    url.searchParams.set("end", end);
    return url.href;
  };
  const [whole] = await fetched(at(seen.base, seen.last + 1));
  const served = whole.dataset.around;
  if (served === seen.text) return [address, part]; // what the server said of it is about something else
  const start = served === undefined ? -1 : found(exact, seen, served);
  if (start < 0) return ["", part];
  const first = seen.base + toPoints(served, start);
  const right = at(first, first + [...exact].length);
  return [right, (await fetched(right))[0]];
}
