// @ts-check
/** What this device keeps for a reader of the article: a draft to go on with, what waits for the
 * newsroom to be reached, and marks of what was sent. Loaded only where it keeps anything. */
import { list, others, put } from "../lib/storage.js";
import { deliver } from "../lib/waiting.js";
import { mark } from "./own_marks.js";

/** @param {string} name @param {ParentNode} [part] @returns {any} */
const find = (name, part = document) => part.querySelector(name);
const { slug } = find("article[data-slug]").dataset;
const dialog = find("dialog.capture");
/** @type {Record<string, any>} */
const bars = {};
for (const name of ["begun", "waits", "late", "refused"]) bars[name] = find(`[data-${name}]`);

/** One bar at the foot, or none. @param {string} [name] */
function only(name) {
  for (const each in bars) bars[each].hidden = each !== name;
}

/** @param {(address: string) => void} open shows a page of the server in the dialog */
export async function show(open) {
  const told = await deliver();
  if (told.arrived || !told.waits) mark(); // else it answers nothing now
  if (told.arrived) arrived(told.arrived);
  else if (told.refused) refused(told.refused, open);
  else if (told.waits) only(dialog.open ? "" : "waits");
  else if (!bars.late.hidden || !bars.refused.hidden) return; // not read yet
  else remind(open);
  if (told.waits) told.again(() => show(open));
}

/** Says what was begun last. @param {(address: string) => void} open */
function remind(open) {
  const [draft] = list("drafts." + slug);
  only(draft && !dialog.open ? "begun" : "");
  const [goOn, drop] = bars.begun.querySelectorAll("button");
  goOn.onclick = () => open(draft.address);
  drop.onclick = () => {
    put("drafts." + slug, others(slug, draft.fields));
    only();
  };
}

/** @param {{url: string, reference: string, key: string}} receipt */
function arrived({ url, reference, key }) {
  const shown = find("[data-when=ready] .correction", dialog);
  if (shown?.key.value === key) {
    delete dialog.dataset.shown; // it is no form any more that words wait for
    dialog.close();
  }
  find("[data-reference]", bars.late).textContent = reference;
  find("a", bars.late).href = url;
  find("button", bars.late).onclick = () => only();
  only("late");
}

/** @param {{message: string, address: string, slug: string}} said @param {(address: string) => void} open */
function refused(said, open) {
  find("[data-why]", bars.refused).textContent = said.message;
  find("button", bars.refused).onclick = () => {
    only();
    if (said.slug === slug) open(said.address);
    else location.assign(said.address);
  };
  only("refused");
}
