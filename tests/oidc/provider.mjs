// A certified OpenID provider (npm: oidc-provider) on loopback, for the tests of sign-in by one.
// Whoever signs in at its page is whom they say; their address is verified unless it says not.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, port, redirect] = process.argv.slice(2);
const found = createRequire(`${modules}/`).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "corrections",
      client_secret: "a secret of 32 characters or more",
      redirect_uris: [redirect],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  cookies: { keys: ["only for tests"] },
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: !id.startsWith("unverified") }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
