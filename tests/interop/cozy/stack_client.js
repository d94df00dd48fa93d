// cozy-stack-client as a native application uses it: registers, is let in by the owner, asks for
// documents, refreshes its token, hears of changes, and leaves. Prints what it saw.
const crypto = require("node:crypto");
const { OAuthClient } = require("cozy-stack-client");
const WebSocket = require("ws");

const [uri, passphrase] = process.argv.slice(2);
const redirectURI = "http://localhost:3344/callback";
const scope = ["io.cozy.contacts", "io.cozy.files:GET"];

// The owner's browser: keeps cookies, scrapes forms.
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

function listen(token) {
  const socket = new WebSocket(`${uri.replace("http", "ws")}/realtime/`, "io.cozy.websocket");
  const first = new Promise((resolve, reject) => {
    socket.on("message", (data) => resolve(JSON.parse(data)));
    socket.on("error", reject);
  });
  const open = new Promise((resolve) => {
    socket.on("open", () => {
      socket.send(JSON.stringify({ method: "AUTH", payload: token }));
      socket.send(JSON.stringify({ method: "SUBSCRIBE", payload: { type: "io.cozy.contacts" } }));
      setTimeout(resolve, 300);
    });
  });
  return { open, first, close: () => socket.close() };
}

(async () => {
  const told = {};
  const client = new OAuthClient({
    uri,
    scope,
    oauth: { redirectURI, clientName: "Stack client", softwareID: "github.com/foyer/interop" },
  });
  await client.register();
  told.registered = client.isRegistered();
  await client.updateInformation({ softwareVersion: "2" });
  told.information = (await client.fetchInformation()).software_version;

  await signIn();
  const verifier = crypto.randomBytes(32).toString("base64url");
  const challenge = crypto.createHash("sha256").update(verifier).digest("base64url");
  const state = client.generateStateCode();
  const page = client.getAuthCodeURL({ stateCode: state, scopes: scope, codeChallenge: challenge });
  const link = await allow(page);
  const code = client.getAccessCodeFromURL(link, state);
  client.setToken(await client.fetchAccessToken(code, undefined, undefined, verifier));

  const contacts = client.collection("io.cozy.contacts");
  const made = (await contacts.create({ fullname: "Ada", n: 1 })).data;
  const feed = listen(client.getAccessToken());
  await feed.open;
  await contacts.update({ ...made, n: 2 });
  const event = await feed.first;
  feed.close();
  told.event = [event.event, event.payload.type, event.payload.id === made._id];
  told.found = (await contacts.find({ n: 2 }, { indexedFields: ["n"] })).data.map((doc) => doc.fullname);
  told.all = (await contacts.all()).data.length;

  const before = client.getAccessToken();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await client.refreshToken();
  told.refreshed = client.getAccessToken() !== before;
  client.setToken({ ...client.token, accessToken: "not.a.token" });
  told.recovered = (await contacts.all()).data.length; // refused, refreshed, asked again
  told.refused = await client
    .collection("io.cozy.bills")
    .all()
    .then((answer) => answer.data.length, (error) => error.status);

  await client.unregister();
  told.left = await contacts.all().then(() => "in", (error) => error.message);
  console.log(JSON.stringify(told));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
