/** What this device keeps: nothing where storage is forbidden or full. */

const MOST = 200;

/** @returns {any[]} */
export function list(key) {
  try {
    return [].concat(JSON.parse(localStorage["corrections." + key]));
  } catch {
    return [];
  }
}

export function put(key, values) {
  try {
    if (values.length) localStorage["corrections." + key] = JSON.stringify(values.slice(0, MOST));
    else delete localStorage["corrections." + key];
  } catch {}
}

/** @returns {Record<string, any>} */
export const typed = (form) => Object.fromEntries(new FormData(form));

/** Whether both are about the same words: in another revision they may stand elsewhere. */
export const isSame = (a, b) =>
  a.start && b.start
    ? a.exact === b.exact && (a.start === b.start || a.revision !== b.revision)
    : !a.start && !b.start;

export const others = (slug, fields) => list("drafts." + slug).filter((draft) => !isSame(draft.fields, fields));

/** Keeps what is typed, and where; without an address forgets it. */
export function keep(slug, form, address = "") {
  const fields = typed(form);
  put("drafts." + slug, (address ? [{ address, fields }] : []).concat(others(slug, fields)));
}

/** Whether a form waits to be sent. */
export const hold = (form, waits = false) =>
  put("waiting." + form.key.value, waits ? [{ action: form.action, fields: typed(form) }] : []);

/** Fills a form with what was typed for the same words. */
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

/** Keeps the reader's address while that is ticked. */
export function remember({ remember: tick, email, name }) {
  if (tick) put("contact", tick.checked ? [{ email: email?.value, name: name.value, remember: tick.value }] : []);
}

export function keepReceipt(receipt, slug = "") {
  put("receipts", [receipt, ...list("receipts").filter((kept) => kept?.url !== receipt.url)]);
  if (slug) put("marks." + slug, [receipt.url, ...list("marks." + slug)]);
}
