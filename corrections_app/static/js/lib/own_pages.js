/** Pages of our own server: nothing else becomes markup. */
const policy = window.trustedTypes?.createPolicy("own-pages", { createHTML: (html) => html });

export async function parsed(answer) {
  const html = await answer.text();
  return new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");
}
