// @ts-check
/** What this device keeps. Storage may be forbidden or full: then it keeps nothing, and nothing breaks. */

const MOST = 200;

/** @param {string} key @returns {any[]} */
export function list(key) {
  try {
    return [].concat(JSON.parse(localStorage["corrections." + key]));
  } catch {
    return [];
  }
}

/** @param {string} key @param {any[]} values */
export function put(key, values) {
  try {
    localStorage["corrections." + key] = values.length ? JSON.stringify(values.slice(0, MOST)) : "";
  } catch {}
}

/** What a form sends, by name. @returns {Record<string, any>} */
const typed = (form) => Object.fromEntries(new FormData(form));

/** Whether both are about the same words: in another revision they may stand elsewhere. */
export const isSame = (a, b) =>
  a.start && b.start
    ? a.exact === b.exact && (a.start === b.start || a.revision !== b.revision)
    : !a.start && !b.start;

const others = (slug, fields) => list("drafts." + slug).filter((draft) => !isSame(draft.fields, fields));

/** Keeps what is typed, and where; without an address forgets it.
 * @param {string} slug @param {HTMLFormElement} form @param {string} [address] */
export function keep(slug, form, address) {
  const fields = typed(form);
  put("drafts." + slug, (address ? [{ address, fields }] : []).concat(others(slug, fields)));
}

/** Fills a fresh form with what was typed for the same words. @param {string} slug @param {any} form */
export function refill(slug, form) {
  const fresh = typed(form);
  const draft = list("drafts." + slug).find(({ fields }) => isSame(fields, fresh));
  const values = { ...list("contact")[0], ...draft?.fields };
  for (const field of form) {
    const value = values[field.name];
    if (/checkbox|radio/.test(field.type)) field.checked ||= value === field.value;
    else if (value != null && (field.type !== "hidden" || field.name === "key")) field.value = value;
    if (value) field.closest("details")?.setAttribute("open", "");
  }
}

/** Keeps the reader's own address while that is ticked. */
export function remember({ remember: tick, email, name }) {
  const contact = { email: email?.value, name: name?.value, remember: tick?.value };
  if (tick) put("contact", tick.checked ? [contact] : []);
}

/** @param {{url: string, reference: string, title: string, sent: string}} receipt */
export const keepReceipt = (receipt) =>
  put("receipts", [receipt, ...list("receipts").filter((kept) => kept?.url !== receipt.url)]);

/** Says what was begun last. @param {HTMLElement} bar @param {string} slug
 * @param {(address: string) => void} goOn */
export function remind(bar, slug, goOn) {
  const [draft] = list("drafts." + slug);
  bar.hidden = !draft;
  if (!draft) return;
  const [again, away] = bar.querySelectorAll("button");
  again.onclick = () => goOn(draft.address);
  away.onclick = () => {
    put("drafts." + slug, others(slug, draft.fields));
    bar.hidden = true;
  };
}
