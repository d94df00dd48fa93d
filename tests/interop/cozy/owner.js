// The owner of a home, who signs in with a browser and lets a native application in.
const crypto = require("node:crypto");

exports.ownerOf = (uri, passphrase) => {
  // Keeps cookies, scrapes forms.
  const cookies = new Map();
  async function browse(address, options = {}) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...options.headers, Cookie: cookie };
    const answer = await fetch(address, { redirect: "manual", ...options, headers });
    for (const set of answer.headers.getSetCookie()) {
      const [pair] = set.split(";");
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    return answer;
  }
  const unescape = (text) => text.replace(/&#34;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, "&");
  const fieldsOf = (html) =>
    Object.fromEntries(
      [...html.matchAll(/<input[^>]* name="([^"]*)" value="([^"]*)"/g)].map((found) => [found[1], unescape(found[2])]),
    );
  const send = (address, form) =>
    browse(address, {
      method: "POST",
      body: new URLSearchParams(form),
      headers: { Accept: "application/json" },
    });

  async function signIn() {
    const html = await (await browse(`${uri}/auth/login`)).text();
    const [, salt] = html.match(/data-salt="([^"]*)"/);
    const iterations = Number(html.match(/data-iterations="(\d+)"/)[1]);
    const master = crypto.pbkdf2Sync(passphrase, salt, iterations, 32, "sha256");
    const hash = crypto.pbkdf2Sync(master, passphrase, 1, 32, "sha256").toString("base64");
    const [, csrf_token] = html.match(/id="csrf_token"[^>]* value="([^"]*)"/) || html.match(/name="csrf_token" value="([^"]*)"/);
    await send(`${uri}/auth/login`, { passphrase: hash, csrf_token, redirect: "" });
  }

  async function allow(address) {
    const html = await (await browse(address)).text();
    return (await (await send(address, fieldsOf(html))).json()).deeplink;
  }

  // Lets a registered client in; it has its tokens then.
  async function letIn(client, scope) {
    await signIn();
    const verifier = crypto.randomBytes(32).toString("base64url");
    const challenge = crypto.createHash("sha256").update(verifier).digest("base64url");
    const state = client.generateStateCode();
    const page = client.getAuthCodeURL({ stateCode: state, scopes: scope, codeChallenge: challenge });
    const link = await allow(page);
    const code = client.getAccessCodeFromURL(link, state);
    client.setToken(await client.fetchAccessToken(code, undefined, undefined, verifier));
  }

  return { letIn };
};
