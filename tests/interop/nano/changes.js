// How nano follows what happens: the plain feed, streams of it, and its reader.
const assert = require("node:assert/strict");
const test = require("node:test");
const { couch, fresh, readAll } = require("./server");

async function filled(count = 10) {
  const db = await fresh("changes");
  await db.bulk({ docs: Array.from({ length: count }, (_, n) => ({ _id: `d${String(n).padStart(2, "0")}`, n })) });
  return db;
}

const ended = (emitter) => new Promise((resolve) => emitter.on("end", resolve));

test("the feed tells each document once", async () => {
  const db = await filled(3);
  await db.insert({ _rev: (await db.get("d00"))._rev }, "d00");
  const told = await db.changes({ include_docs: true });
  assert.deepEqual(told.results.map((row) => row.id).sort(), ["d00", "d01", "d02"]);
  assert.ok(told.results.every((row) => row.doc._rev === row.changes[0].rev));
  assert.equal(told.pending, 0);
  const after = await couch.db.changes(db.config.db, { since: told.last_seq });
  assert.deepEqual(after.results, []);
  const page = await db.changes({ limit: 2 });
  assert.equal(page.results.length, 2);
  assert.equal(page.pending, 1);
});

test("the feed is streamed", async () => {
  const db = await filled(4);
  const told = JSON.parse(await readAll(db.changesAsStream({ since: 0 })));
  assert.equal(told.results.length, 4);
});

test("filters of the server narrow the feed", async () => {
  const db = await filled(6);
  await db.insert({ filters: { even: "function (doc) { return doc.n % 2 === 0; }" } }, "_design/app");
  const even = await db.changes({ filter: "app/even" });
  assert.deepEqual(even.results.map((row) => row.id).sort(), ["d00", "d02", "d04"]);
  const designs = await db.changes({ filter: "_design" });
  assert.deepEqual(designs.results.map((row) => row.id), ["_design/app"]);
  await assert.rejects(db.changes({ filter: "app/none" }), { statusCode: 404 });
});

test("a reader gets everything in batches, and ends", async () => {
  const db = await filled(25);
  const batches = [];
  const reader = db.changesReader.get({ since: "0", timeout: 300, batchSize: 10 });
  reader.on("batch", (rows) => batches.push(rows.length));
  const last = await ended(reader);
  assert.deepEqual(batches, [10, 10, 5]);
  assert.equal(parseInt(last, 10), 25);
});

test("a reader that waits goes on when it is told", async () => {
  const db = await filled(6);
  const seen = [];
  const reader = db.changesReader.get({ since: "0", timeout: 300, batchSize: 3, wait: true });
  reader.on("batch", (rows) => {
    seen.push(rows.length);
    setTimeout(() => db.changesReader.resume(), 20);
  });
  await ended(reader);
  assert.deepEqual(seen, [3, 3]);
});

test("a reader hears what is written while it listens", async () => {
  const db = await filled(2);
  const heard = [];
  const reader = db.changesReader.start({ since: "0", includeDocs: true, timeout: 5000 });
  const fresh = new Promise((resolve, reject) => {
    reader.on("error", reject);
    reader.on("change", (row) => {
      heard.push(row.id);
      if (row.id === "fresh") resolve(row);
    });
  });
  setTimeout(() => db.insert({ late: true }, "fresh"), 150);
  assert.equal((await fresh).doc.late, true);
  assert.deepEqual(heard.sort(), ["d00", "d01", "fresh"]);
  db.changesReader.stop();
});

test("a reader with a selector hears no other", async () => {
  const db = await filled(9);
  const heard = [];
  const selector = { n: { $gte: 6 } };
  const reader = db.changesReader.get({ since: "0", timeout: 300, selector });
  reader.on("change", (row) => heard.push(row.id));
  await ended(reader);
  assert.deepEqual(heard.sort(), ["d06", "d07", "d08"]);
});

test("a reader spools a whole database in one request", async () => {
  const db = await filled(55);
  const batches = [];
  const reader = db.changesReader.spool({ since: "0", batchSize: 20 });
  reader.on("batch", (rows) => batches.push(rows.length));
  const last = await ended(reader);
  assert.deepEqual(batches, [20, 20, 15]);
  assert.equal(parseInt(last, 10), 55);
});

test("a reader is told why it may not listen", async () => {
  const reader = couch.use("nano-nowhere").changesReader.start({ since: "0" });
  const error = await new Promise((resolve) => reader.on("error", resolve));
  assert.equal(error.statusCode, 404);
});

test("a long poll ends with the first write", async () => {
  const db = await filled(1);
  const { last_seq } = await db.changes();
  const polled = db.changes({ feed: "longpoll", since: last_seq, timeout: 5000 });
  await db.insert({}, "late");
  assert.deepEqual((await polled).results.map((row) => row.id), ["late"]);
});
