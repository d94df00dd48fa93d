// cozy-stack-client as a native application uses it: registers, is let in by the owner, asks for
// documents, refreshes its token, hears of changes, and leaves. Prints what it saw.
const { OAuthClient } = require("cozy-stack-client");
const WebSocket = require("ws");
const { ownerOf } = require("./owner.js");

const [uri, passphrase] = process.argv.slice(2);
const redirectURI = "http://localhost:3344/callback";
const scope = ["io.cozy.contacts", "io.cozy.files:GET"];

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

  await ownerOf(uri, passphrase).letIn(client, scope);

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
