// @ts-check
/** Server pages as cards: fetched, read, shown and taken away with all that was typed. */

import { parsed } from "../lib/own_pages.js";
import { left, number } from "./beside.js";

const PATIENCE = 20_000; // milliseconds until silence counts as failure

/** A card's page: its own parts are kept, so whatever was typed into them is kept too.
 * @typedef {object} Page
 * @property {number} id of the correction; 0 for a page that only says why there is none
 * @property {string} url
 * @property {string} title
 * @property {Element[]} nodes
 * @property {HTMLElement | null} card
 * @property {{words: string, by: string} | null} closed by a colleague, while it was here */

/** What a document shows as a card, or as the reason why there is none.
 * @param {Document} document @param {string} url @returns {Page} */
export function pageOf(document, url) {
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));
  const card = /** @type {HTMLElement | null} */ (main.querySelector("article.card"));
  const end = main.querySelector("[data-rest]");
  const parts = card ? [...main.children].filter((part) => !part.matches("[data-triage]")) : [];
  const nodes = card ? parts : end ? [end] : [...main.children];
  return { id: card ? idOf(card, url) : 0, url, title: document.title, nodes, card, closed: null };
}

/** @param {HTMLElement} card @param {string} url */
function idOf(card, url) {
  return Number(card.dataset.id ?? /\/queue\/(\d+)/.exec(url)?.[1] ?? 0);
}

/** A page of ours, without what stands on this one already. Rejects where there is no answer, or
 * one that is no page for a person at work.
 * @param {string} url @param {RequestInit} [init] @returns {Promise<Page>} */
export async function fetched(url, init) {
  const known = [...left];
  const answer = await fetch(url, {
    ...init,
    headers: { Accept: "text/html", Prefer: "return=minimal" },
    signal: AbortSignal.timeout(PATIENCE),
  });
  const read = await parsed(answer);
  const where = answer.headers.get("Content-Location") ?? answer.url; // of the next card, its own
  const page = pageOf(read, new URL(where, answer.url).href);
  if (answer.status >= 500 || (!page.card && !read.querySelector("[data-rest]")))
    throw new Error(`${answer.status}`);
  const back = [page.id, ...closes(page)];
  number(page, known.filter((id) => !back.includes(id)).length);
  return page;
}

/** What became of a form that was sent: the server's own words, or null where it did not answer.
 * @typedef {{ok: boolean, status: number, said: Record<string, any>} | null} Answer */

/** Sends what a form says. It goes on even when the page is left.
 * @param {string} url @param {URLSearchParams} body @returns {Promise<Answer>} */
export async function sent(url, body) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
      keepalive: body.toString().length < 60_000, // browsers take no more
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status >= 500) return null;
    return { ok: answer.ok, status: answer.status, said: await answer.json() };
  } catch {
    return null;
  }
}

/** The address of the card that comes after this page's, in the lane and under the filters that it
 * was opened with.
 * @param {Page} page */
export function following(page) {
  for (const node of page.nodes) {
    /** @type {HTMLAnchorElement | null} */
    const link = node.querySelector("a.next, a[data-act~=next]");
    if (link) return link.getAttribute("href") ?? "";
  }
  const { searchParams } = new URL(page.url, location.href);
  searchParams.delete("find");
  searchParams.set("after", String(page.id));
  return `/queue/next?${searchParams}`;
}

/** The corrections that are closed along with a card when it is accepted, as far as it names them.
 * @param {Page | null} page @returns {number[]} */
export function closes(page) {
  return (page?.card?.dataset.closes ?? "").split(",").filter(Boolean).map(Number);
}

/** What a card is about, in a few words. @param {Page} page */
export function summary(page) {
  return page.card?.dataset.summary || heading(page)?.textContent?.trim() || "";
}

/** @param {Page} page @returns {HTMLElement | null} */
export function heading(page) {
  for (const node of page.nodes) {
    const found = node.matches("h1, .nothing-head") ? node : node.querySelector("h1, .nothing-head");
    if (found) return /** @type {HTMLElement} */ (found);
  }
  return null;
}

/** The fields of a card in which somebody has typed or chosen something.
 * @param {Page} page @returns {HTMLElement[]} */
export function touched(page) {
  /** @type {NodeListOf<HTMLElement>} */
  const fields = page.card?.querySelectorAll("textarea, input, select") ?? document.querySelectorAll("x-none");
  return [...fields].filter((field) => {
    if (field instanceof HTMLInputElement && /^(radio|checkbox)$/.test(field.type))
      return field.checked !== field.defaultChecked;
    if (field instanceof HTMLSelectElement)
      return [...field.options].some((option) => option.selected !== option.defaultSelected) &&
        [...field.options].some((option) => option.defaultSelected);
    const box = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (field);
    return box.value !== box.defaultValue;
  });
}
