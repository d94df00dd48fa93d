// The server replicating as nano asks it to: once, and by documents of _replicator.
const assert = require("node:assert/strict");
const test = require("node:test");
const { setTimeout: sleep } = require("node:timers/promises");
const { couch, fresh, root } = require("./server");

const addressOf = (db) => new URL(encodeURIComponent(db.config.db), root).toString();

async function filled(count = 5) {
  const db = await fresh("replication");
  await db.bulk({ docs: Array.from({ length: count }, (_, n) => ({ _id: `d${n}`, n })) });
  await db.attachment.insert("with", "t.txt", "kept", "text/plain");
  return db;
}

async function until(check) {
  for (let waited = 0; waited < 10_000; waited += 50) {
    const found = await check();
    if (found) return found;
    await sleep(50);
  }
  throw new Error("it did not come about");
}

const there = (db, id) => db.get(id).catch(() => null);

test("a database is replicated into another, once and again", async () => {
  const source = await filled();
  const target = await fresh("replication");
  const told = await couch.db.replicate(addressOf(source), addressOf(target));
  assert.equal(told.ok, true);
  assert.equal(told.history[0].docs_written, 6);
  assert.equal(told.history[0].doc_write_failures, 0);
  assert.equal((await target.info()).doc_count, 6);
  assert.equal((await target.attachment.get("with", "t.txt")).toString(), "kept");
  assert.equal((await target.get("d1"))._rev, (await source.get("d1"))._rev);
  await source.insert({}, "more");
  await couch.db.replicate(addressOf(source), addressOf(target));
  assert.equal((await target.get("more"))._id, "more");
  const idle = await couch.db.replicate(addressOf(source), addressOf(target));
  assert.equal(idle.no_changes, true);
});

test("the target is made when that is asked", async () => {
  const source = await filled();
  const target = addressOf(source) + "-made";
  const told = await couch.db.replicate(addressOf(source), target, { create_target: true });
  assert.equal(told.ok, true);
  const made = couch.use(source.config.db + "-made");
  assert.equal((await made.info()).doc_count, 6);
});

test("a source that is not there is told", async () => {
  const target = await fresh("replication");
  const nowhere = new URL("nano-nowhere", root).toString();
  await assert.rejects(couch.db.replicate(nowhere, addressOf(target)), {
    error: "db_not_found",
  });
});

test("documents are chosen by name and by selector", async () => {
  const source = await filled();
  const named = await fresh("replication");
  const from = addressOf(source);
  await couch.db.replicate(from, addressOf(named), { doc_ids: ["d1", "d3"] });
  assert.deepEqual((await named.list()).rows.map((row) => row.id), ["d1", "d3"]);
  const selected = await fresh("replication");
  await couch.db.replicate(from, addressOf(selected), { selector: { n: { $gt: 2 } } });
  assert.deepEqual((await selected.list()).rows.map((row) => row.id), ["d3", "d4"]);
});

test("a job is enabled, asked about, and disabled", async () => {
  const source = await filled();
  const target = await fresh("replication");
  const job = await couch.db.replication.enable(addressOf(source), addressOf(target), {
    continuous: true,
  });
  assert.equal(job.ok, true);
  assert.ok(await until(() => there(target, "with")));
  await source.insert({ late: true }, "late");
  assert.equal((await until(() => there(target, "late"))).late, true);
  const told = await couch.db.replication.query(job.id);
  assert.equal(told.continuous, true);
  assert.equal((await couch.db.replication.disable(job.id, told._rev)).ok, true);
  await sleep(300);
  await source.insert({}, "after");
  await sleep(500);
  assert.equal(await there(target, "after"), null);
});

test("a job that has an end says so", async () => {
  const source = await filled();
  const target = await fresh("replication");
  const job = await couch.db.replication.enable(addressOf(source), addressOf(target));
  const ended = await until(async () => {
    const told = await couch.db.replication.query(job.id);
    return told._replication_state === "completed" && told;
  });
  assert.equal(ended._replication_stats.docs_written, 6);
});
