// @ts-check
/** What was decided last: sending, done, not done, or done by somebody else. Five are kept,
 * each on a strip of its own. */
import { piece, word } from "./messages.js";

const KEPT = 5;
const triage = /** @type {HTMLElement} */ (document.querySelector("[data-triage]"));
const newest = /** @type {HTMLElement} */ (triage.querySelector("[data-newest] > ol"));
const earlier = /** @type {HTMLElement} */ (triage.querySelector("[data-strips]"));

/** @typedef {{id: number, summary: string, url: string, act: string}} About */

/** What only puts a card aside: it has no time after which it could not be put back. */
const PUT_ASIDE = ["skip", "hold", "escalate", "ask"];

/** A strip for what is being sent. @param {About} about @returns {HTMLElement} */
export function begin({ id, summary, url, act }) {
  const strip = piece("strip");
  strip.dataset.id = String(id);
  part(strip, "outcome").textContent = word("sending");
  const link = /** @type {HTMLAnchorElement} */ (part(strip, "summary"));
  link.href = url;
  /** @type {HTMLElement} */ (link.querySelector("bdi")).textContent = summary;
  const isAside = PUT_ASIDE.includes(act);
  const { pathname } = new URL(url, location.href);
  part(strip, "undo").setAttribute("action", `${pathname}/${isAside ? "put-back" : "undo"}`);
  /** @type {HTMLInputElement} */ (strip.querySelector("[name=what]")).value = act;
  if (isAside) strip.dataset.aside = "";
  raise(strip);
  while (earlier.children.length >= KEPT) earlier.lastElementChild?.remove();
  return strip;
}

/** It is done. `until` is when it can no longer be taken back. @param {HTMLElement} strip
 * @param {string} outcome @param {string} [until] */
export function done(strip, outcome, until) {
  state(strip, "done", outcome);
  part(strip, "undo").hidden = !until && strip.dataset.aside === undefined;
  if (until) strip.dataset.until = until;
  tick();
}

/** It was not done: `state` says whether that is a trouble, a surprise, or nothing to mind.
 * @param {HTMLElement} strip @param {"failed" | "lost" | "calm" | "undone"} name
 * @param {string} outcome @param {string} [typed] what somebody wrote in vain, to be copied */
export function notDone(strip, name, outcome, typed = "") {
  state(strip, name, outcome);
  part(strip, "undo").hidden = true;
  part(strip, "again").hidden = true;
  delete strip.dataset.until;
  delete strip.dataset.aside;
  const kept = /** @type {HTMLElement} */ (strip.querySelector(".typed"));
  kept.hidden = !typed;
  /** @type {HTMLTextAreaElement} */ (kept.querySelector("textarea")).value = typed;
}

/** The strips of a correction. @param {number} id @returns {HTMLElement[]} */
export function of(id) {
  return all().filter((strip) => strip.dataset.id === String(id));
}

/** What Z puts back: the last act, where it only put a card aside. Once, however often it is asked.
 * @returns {HTMLFormElement | null} */
export function aside() {
  const strip = /** @type {HTMLElement | null} */ (newest.querySelector(".strip[data-aside]"));
  if (!strip) return null;
  delete strip.dataset.aside;
  return /** @type {HTMLFormElement} */ (part(strip, "undo"));
}

/** Into the place that stays in sight. @param {HTMLElement} strip */
export function raise(strip) {
  strip.remove();
  earlier.prepend(...newest.children);
  newest.replaceChildren(strip);
}

/** Takes a strip away. @param {HTMLElement} strip */
export function remove(strip) {
  strip.remove();
  if (!newest.children.length && earlier.firstElementChild) newest.append(earlier.firstElementChild);
}

/** @param {HTMLElement} strip @param {string} name @param {string} outcome */
function state(strip, name, outcome) {
  strip.dataset.state = name;
  part(strip, "outcome").textContent = outcome;
}

/** @param {HTMLElement} strip @param {string} name */
function part(strip, name) {
  return /** @type {HTMLElement} */ (strip.querySelector(`[data-${name}]`));
}

/** @returns {HTMLElement[]} */
function all() {
  return [...triage.querySelectorAll(".strip")].map((strip) => /** @type {HTMLElement} */ (strip));
}

/** How long each can still be taken back: seen, never said. */
function tick() {
  for (const strip of all()) {
    if (!strip.dataset.until) continue;
    const seconds = Math.ceil((Date.parse(strip.dataset.until) - Date.now()) / 1000);
    part(strip, "undo").hidden = seconds <= 0;
    part(strip, "left").textContent = word("left").replace("{time}", clock(seconds));
    if (seconds > 0) continue;
    delete strip.dataset.until;
    const again = /** @type {HTMLAnchorElement} */ (part(strip, "again"));
    again.href = /** @type {HTMLAnchorElement} */ (part(strip, "summary")).href;
    again.hidden = false;
  }
}

/** @param {number} seconds */
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

tick();
setInterval(tick, 1000);
