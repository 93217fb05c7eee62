// @ts-check
/** The finder in the dialog: what is found takes the place of what was, and nothing else moves.
 * Rejects where no page comes.
 * @param {string} address @param {(address: string) => Promise<any[]>} fetched */
export async function search(address, fetched) {
  const [part] = await fetched(address);
  const fresh = part.querySelectorAll("[data-found]");
  const old = document.querySelectorAll(".capture [data-found]");
  old.forEach((place, n) => place.replaceChildren(...fresh[n].childNodes));
}
