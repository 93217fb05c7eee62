/** What TypeScript's own library does not know yet (https://w3c.github.io/trusted-types/). */
interface Window {
  trustedTypes?: {
    createPolicy(name: string, rules: { createHTML(html: string): string }): { createHTML(html: string): any };
  };
}
