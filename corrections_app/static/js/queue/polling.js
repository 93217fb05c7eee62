// @ts-check
/** What colleagues do meanwhile: asked at once and every eight seconds while the page can be seen. */
import { word } from "./messages.js";

const PAUSE = 8_000; // milliseconds
const MOST = 60;
const NEW_AT_MOST = 100;
const triage = /** @type {HTMLElement} */ (document.querySelector("[data-triage]"));
const pill = /** @type {HTMLElement} */ (triage.querySelector("[data-new]"));
const token = /** @type {HTMLMetaElement | null} */ (document.querySelector("meta[name=csrf-token]"));

/** @typedef {{id: number, words: string, by: string, at: string | null, mine: boolean}} Closed */

/** @typedef {{id: number, words: string, at: string}} Answered */
/** @typedef {{onClosed: (closed: Closed[]) => void, onAnswered: (answered: Answered[]) => void}} Told */

/** Watches cards, and says which of them were closed, and which their readers have answered.
 * `watched` names them, and those whose leases are to run on.
 * @param {() => {ids: number[], keep: number[]}} watched
 * @param {Told} told @param {() => void} signedOut */
export function watch(watched, told, signedOut) {
  let timer = 0;
  const ask = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      const { status, said } = await asked(watched());
      if (status === 403) return signedOut();
      if (said) {
        told.onClosed(said.closed);
        told.onAnswered(said.answered);
        count(said.new);
      }
    } catch {
      // No answer this time; the next one says the same.
    }
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  // At once: the page before may have given back what this one was handed.
  ask();
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("triage:ask", ask);
  addEventListener("pagehide", () => leave(watched().keep));
}

/** @param {{ids: number[], keep: number[]}} watched
 * @returns {Promise<{status: number, said: {closed: Closed[], answered: Answered[], new: number} | null}>} */
async function asked({ ids, keep }) {
  const url = new URL(/** @type {string} */ (triage.dataset.changes), location.href);
  url.searchParams.set("ids", ids.slice(0, MOST).join(","));
  url.searchParams.set("keep", keep.join(","));
  url.searchParams.set("since", /** @type {string} */ (triage.dataset.since));
  const answer = await fetch(url, {
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(PAUSE),
  });
  return { status: answer.status, said: answer.ok ? await answer.json() : null };
}

/** @param {number} many */
function count(many) {
  pill.hidden = many === 0;
  const shown = many >= NEW_AT_MOST ? `${NEW_AT_MOST - 1}+` : String(many);
  pill.textContent = word("new").replace("{n}", shown);
}

/** Colleagues need not wait until the leases run out. @param {number[]} ids */
function leave(ids) {
  if (!ids.length || !token) return;
  const body = new URLSearchParams({ csrf_token: token.content, ids: ids.join(",") });
  navigator.sendBeacon(/** @type {string} */ (triage.dataset.leave), body);
}
