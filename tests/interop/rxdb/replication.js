// RxDB's collections replicating with a home by its CouchDB plugin, at rest and live.
const assert = require("node:assert/strict");
const test = require("node:test");
const { setTimeout: sleep } = require("node:timers/promises");
const { createRxDatabase } = require("rxdb/plugins/core");
const { getRxStorageMemory } = require("rxdb/plugins/storage-memory");
const {
  getFetchWithCouchDBAuthorization,
  replicateCouchDB,
} = require("rxdb/plugins/replication-couchdb");

const given = new URL(process.argv[2]);
const [name, password] = [decodeURIComponent(given.username), decodeURIComponent(given.password)];
given.username = "";
given.password = "";
const authorized = getFetchWithCouchDBAuthorization(name, password);
const over = new AbortController(); // RxDB leaves its last long poll open, even when cancelled
const signedIn = (url, options) => authorized(url, { ...options, signal: over.signal });
test.after(() => over.abort());
const run = Date.now();

const schema = {
  title: "heroes",
  version: 0,
  primaryKey: "name",
  type: "object",
  properties: {
    name: { type: "string", maxLength: 100 },
    color: { type: "string" },
    age: { type: "number" },
  },
  required: ["name"],
};

// Whoever replicates second sees both sides, and decides by age; the older hero wins.
const elderWins = {
  isEqual: (a, b) => a.color === b.color && a.age === b.age && !!a._deleted === !!b._deleted,
  resolve: ({ newDocumentState, realMasterState }) =>
    newDocumentState.age > realMasterState.age ? newDocumentState : realMasterState,
};

let made = 0;
const opened = [];

async function heroes() {
  made += 1;
  const db = await createRxDatabase({ name: `rx${run}${made}`, storage: getRxStorageMemory() });
  opened.push(db);
  const added = await db.addCollections({ heroes: { schema, conflictHandler: elderWins } });
  return added.heroes;
}

test.afterEach(async () => {
  for (const db of opened.splice(0)) await db.close();
});

async function remote() {
  made += 1;
  const url = new URL(`rxdb-${run}-${made}/`, given).toString();
  assert.equal((await signedIn(url, { method: "PUT" })).status, 201);
  const ask = async (path, options) => (await signedIn(url + path, options)).json();
  return { url, ask };
}

const joined = (collection, url, options = {}) =>
  replicateCouchDB({
    replicationIdentifier: `rx-${url}`,
    collection,
    url,
    fetch: signedIn,
    live: false,
    retryTime: 300,
    waitForLeadership: false,
    pull: { batchSize: 7 },
    push: { batchSize: 7 },
    ...options,
  });

async function once(collection, url, options) {
  const state = joined(collection, url, options);
  const failures = [];
  state.error$.subscribe((error) => failures.push(error));
  await state.awaitInitialReplication();
  await state.cancel();
  assert.deepEqual(failures, []);
}

const some = (count, from = 0) =>
  Array.from({ length: count }, (_, n) => ({ name: `h${String(from + n).padStart(2, "0")}`, color: "été", age: from + n }));

async function stateOf(collection) {
  const found = await collection.find().exec();
  return found.map((doc) => doc.toJSON()).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function until(check) {
  for (let waited = 0; waited < 10_000; waited += 25) {
    const found = await check();
    if (found) return found;
    await sleep(25);
  }
  throw new Error("it did not come about");
}

test("a collection is pushed, and pulled by another, in several batches", async () => {
  const { url, ask } = await remote();
  const one = await heroes();
  await one.bulkInsert(some(30));
  await once(one, url);
  const kept = await ask("_all_docs?include_docs=true");
  assert.equal(kept.total_rows, 30);
  const { _rev, ...body } = kept.rows.find((row) => row.id === "h03").doc;
  assert.match(_rev, /^1-/);
  assert.deepEqual([body._id, body.color, body.age], ["h03", "été", 3]);
  const other = await heroes();
  await once(other, url);
  assert.deepEqual(await stateOf(other), await stateOf(one));
});

test("what is there already is not written again", async () => {
  const { url, ask } = await remote();
  const one = await heroes();
  await one.bulkInsert(some(5));
  await once(one, url);
  const before = (await ask("")).update_seq;
  await once(one, url);
  assert.equal((await ask("")).update_seq, before);
});

test("edits and deletions travel both ways", async () => {
  const { url, ask } = await remote();
  const [one, other] = [await heroes(), await heroes()];
  await one.bulkInsert(some(6));
  await once(one, url);
  await once(other, url);
  await (await one.findOne("h01").exec()).patch({ color: "one" });
  await (await one.findOne("h02").exec()).remove();
  await (await other.findOne("h03").exec()).patch({ color: "other" });
  await other.insert({ name: "new", age: 1 });
  await once(one, url);
  await once(other, url);
  await once(one, url);
  assert.deepEqual(await stateOf(one), await stateOf(other));
  assert.equal((await one.findOne("h03").exec()).color, "other");
  assert.equal(await other.findOne("h02").exec(), null);
  assert.equal((await ask("h02")).reason, "deleted");
  assert.match((await ask("h01"))._rev, /^2-/);
});

test("one document edited on both sides ends the same everywhere", async () => {
  const { url, ask } = await remote();
  const [one, other] = [await heroes(), await heroes()];
  await one.bulkInsert(some(4));
  await once(one, url);
  await once(other, url);
  await (await one.findOne("h00").exec()).patch({ color: "one", age: 50 });
  await (await other.findOne("h00").exec()).patch({ color: "other", age: 40 });
  await (await one.findOne("h01").exec()).patch({ color: "one", age: 40 });
  await (await other.findOne("h01").exec()).patch({ color: "other", age: 50 });
  await once(one, url);
  await once(other, url);
  await once(one, url);
  assert.deepEqual(await stateOf(one), await stateOf(other));
  assert.equal((await one.findOne("h00").exec()).color, "one");
  assert.equal((await one.findOne("h01").exec()).color, "other");
  assert.equal((await ask("h00?conflicts=true"))._conflicts, undefined);
});

test("what was edited while the line was down follows later", async () => {
  const { url, ask } = await remote();
  const one = await heroes();
  let down = false;
  const line = async (...asked) => {
    if (down) throw new TypeError("the line is down");
    return signedIn(...asked);
  };
  const state = joined(one, url, { live: true, fetch: line });
  await one.bulkInsert(some(3));
  await state.awaitInSync();
  down = true;
  await one.insert({ name: "offline", age: 1 });
  await (await one.findOne("h01").exec()).patch({ color: "offline" });
  await sleep(100);
  assert.equal((await ask("offline")).error, "not_found");
  down = false;
  await until(async () => (await ask("offline")).age === 1 && (await ask("h01")).color === "offline");
  await state.cancel();
});

test("live, two collections hear of each other's writes and deletions", async () => {
  const { url } = await remote();
  const [one, other] = [await heroes(), await heroes()];
  const states = [joined(one, url, { live: true }), joined(other, url, { live: true })];
  for (const state of states) await state.awaitInitialReplication();
  await one.insert({ name: "ping", age: 1 });
  await until(() => other.findOne("ping").exec());
  await (await other.findOne("ping").exec()).patch({ color: "pong" });
  await until(async () => (await one.findOne("ping").exec()).color === "pong");
  await (await one.findOne("ping").exec()).remove();
  await until(async () => (await other.findOne("ping").exec()) === null);
  for (const state of states) await state.cancel();
});

test("live, writes of others on the server arrive", async () => {
  const { url, ask } = await remote();
  const one = await heroes();
  const state = joined(one, url, { live: true });
  await state.awaitInitialReplication();
  const written = await ask("from-outside", { method: "PUT", body: '{"age": 7}' });
  assert.equal((await until(() => one.findOne("from-outside").exec())).age, 7);
  await ask(`from-outside?rev=${written.rev}`, { method: "DELETE" });
  await until(async () => (await one.findOne("from-outside").exec()) === null);
  await state.cancel();
});

test("a source alone is only read, a target alone only written", async () => {
  const { url, ask } = await remote();
  await ask("there", { method: "PUT", body: '{"age": 1}' });
  const one = await heroes();
  await one.insert({ name: "mine", age: 2 });
  await once(one, url, { push: undefined });
  assert.deepEqual((await stateOf(one)).map((doc) => doc.name), ["mine", "there"]);
  assert.equal((await ask("mine")).error, "not_found");
  const other = await heroes();
  await other.insert({ name: "yours", age: 3 });
  await once(other, url, { pull: undefined });
  assert.deepEqual((await stateOf(other)).map((doc) => doc.name), ["yours"]);
  assert.equal((await ask("yours")).age, 3);
});
