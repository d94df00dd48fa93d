// How nano signs in to a CouchDB with users: a password once, then a cookie.
const assert = require("node:assert/strict");
const test = require("node:test");
const { couch, nano, root } = require("./server");

const given = new URL(root);
const [name, password] = [decodeURIComponent(given.username), decodeURIComponent(given.password)];
given.username = "";
given.password = "";
const stranger = () => nano({ url: given.toString(), parseUrl: false });

test("a name and its password open a session", async () => {
  const client = stranger();
  const told = await client.auth(name, password);
  assert.equal(told.ok, true);
  assert.ok(told.roles.includes("_admin"));
  const session = await client.session();
  assert.equal(session.userCtx.name, name);
  assert.equal(session.info.authenticated, "cookie");
  assert.ok((await client.db.list()) instanceof Array);
  await client.db.create("nano-signed-in");
  assert.equal((await client.use("nano-signed-in").insert({}, "one")).ok, true);
});

test("a wrong password opens none", async () => {
  const client = stranger();
  await assert.rejects(client.auth(name, "guess"), { statusCode: 401, error: "unauthorized" });
  assert.equal((await client.session()).userCtx.name, null);
});

test("nobody may write", async () => {
  await couch.db.create("nano-closed");
  await assert.rejects(stranger().use("nano-closed").insert({}), { statusCode: 401 });
  await assert.rejects(stranger().db.create("nano-mine"), { statusCode: 401 });
});

test("a password in the address is enough", async () => {
  const session = await couch.session();
  assert.equal(session.userCtx.name, name);
  assert.equal(session.info.authenticated, "default");
});
