// What nano does with the server itself and with whole databases.
const assert = require("node:assert/strict");
const test = require("node:test");
const { couch, fresh, readAll } = require("./server");

test("the server says what it is", async () => {
  const told = await couch.info();
  assert.equal(told.couchdb, "Welcome");
  assert.match(told.version, /^3\.5/);
});

test("a database is made, described, listed and destroyed", async () => {
  assert.deepEqual(await couch.db.create("nano-made"), { ok: true });
  const told = await couch.db.get("nano-made");
  assert.equal(told.db_name, "nano-made");
  assert.equal(told.doc_count, 0);
  assert.ok((await couch.db.list()).includes("nano-made"));
  const streamed = JSON.parse(await readAll(couch.db.listAsStream()));
  assert.ok(streamed.includes("nano-made"));
  assert.deepEqual(await couch.db.destroy("nano-made"), { ok: true });
  assert.ok(!(await couch.db.list()).includes("nano-made"));
});

test("a database cannot be made twice", async () => {
  const db = await fresh("databases");
  await assert.rejects(couch.db.create(db.config.db), { statusCode: 412, error: "file_exists" });
});

test("a database that is not there is missing", async () => {
  await assert.rejects(couch.db.get("nano-nowhere"), { statusCode: 404, error: "not_found" });
  await assert.rejects(couch.db.destroy("nano-nowhere"), { statusCode: 404 });
  await assert.rejects(couch.use("nano-nowhere").insert({ a: 1 }), { statusCode: 404 });
});

test("an illegal name is refused", async () => {
  await assert.rejects(couch.db.create("Nano Shouts"), {
    statusCode: 400,
    error: "illegal_database_name",
  });
});

test("names with slashes and signs travel", async () => {
  const name = "nano/with_$()+-signs";
  await couch.db.create(name);
  const db = couch.use(name);
  await db.insert({ here: true }, "a");
  assert.equal((await db.get("a")).here, true);
  assert.ok((await couch.db.list()).includes(name));
  assert.equal((await db.info()).doc_count, 1);
  await couch.db.destroy(name);
});

test("counts and sequences follow what is written", async () => {
  const db = await fresh("databases");
  const before = await db.info();
  const one = await db.insert({}, "one");
  await db.insert({}, "two");
  await db.destroy("one", one.rev);
  const told = await db.info();
  assert.equal(told.doc_count, 1);
  assert.equal(told.doc_del_count, 1);
  assert.notEqual(told.update_seq, before.update_seq);
  assert.equal(parseInt(told.update_seq, 10), 3);
});

test("compaction is accepted", async () => {
  const db = await fresh("databases");
  await db.insert({}, "one");
  assert.deepEqual(await db.compact(), { ok: true });
  assert.deepEqual(await couch.db.compact(db.config.db), { ok: true });
  assert.equal((await db.get("one"))._id, "one");
});

test("identifiers are given out", async () => {
  assert.equal((await couch.uuids()).uuids.length, 1);
  const { uuids } = await couch.uuids(20);
  assert.equal(new Set(uuids).size, 20);
  for (const id of uuids) assert.match(id, /^[0-9a-f]{32}$/);
});

test("any request goes through", async () => {
  const db = await fresh("databases");
  const security = { admins: { names: ["nano"], roles: [] }, members: { names: [], roles: ["r"] } };
  const path = `${encodeURIComponent(db.config.db)}/_security`;
  assert.deepEqual(await couch.request({ path, method: "PUT", body: security }), { ok: true });
  assert.deepEqual(await couch.request({ path }), security);
  const missing = await couch.relax({
    db: db.config.db,
    path: "_revs_diff",
    method: "POST",
    body: { x: ["1-abc"] },
  });
  assert.deepEqual(missing, { x: { missing: ["1-abc"] } });
});
