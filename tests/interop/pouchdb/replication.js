// Two PouchDBs and a home: pushed, pulled, edited apart, synchronised, followed live.
// Prints one JSON object of what was seen; the test that starts it judges.
const PouchDB = require("pouchdb");
PouchDB.plugin(require("pouchdb-adapter-memory"));

const [address, documents, withAttachments] = [process.argv[2], +process.argv[3], +process.argv[4]];
const open = (name) => new PouchDB(name, { adapter: "memory" });
const home = new PouchDB(address);
const seen = {};

function made(n) {
  const document = { _id: `doc-${n}`, n, text: `été n°${n} — ${"x".repeat(200)}`, big: 2 ** 53 };
  if (n % Math.floor(documents / withAttachments) === 0) {
    document._attachments = {
      "picture.bin": { content_type: "application/octet-stream", data: bytesOf(n).toString("base64") },
    };
  }
  return document;
}

const bytesOf = (n) => Buffer.from(Array.from({ length: 500 + n }, (_, i) => (i * 7 + n) % 256));

async function edit(db, id, side) {
  const document = await db.get(id);
  await db.put({ ...document, side });
}

// What a replica holds of every document: winner, body and conflicts, and who is deleted.
async function stateOf(db) {
  const state = {};
  const feed = await db.changes({ style: "all_docs", since: 0 });
  for (const row of feed.results) {
    state[row.id] = { revs: row.changes.map((change) => change.rev).sort(), deleted: !!row.deleted };
  }
  const all = await db.allDocs({ include_docs: true, conflicts: true });
  for (const { id, doc } of all.rows) {
    const { _attachments, ...fields } = doc;
    const digests = Object.entries(_attachments || {}).map(([name, a]) => [name, a.digest, a.length]);
    state[id].winner = Object.entries(fields).sort().concat(digests);
  }
  return JSON.stringify(Object.entries(state).sort());
}

async function liveDelay(writer, reader) {
  const following = reader.replicate.from(address, { live: true, retry: true, since: "now" });
  await new Promise((resolve) => following.once("paused", resolve));
  const arrived = new Promise((resolve) =>
    reader.changes({ since: "now", live: true }).on("change", (change) => {
      if (change.id === "fresh") resolve();
    }),
  );
  const pushing = writer.replicate.to(address, { live: true });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const start = Date.now();
  await writer.put({ _id: "fresh" });
  await arrived;
  const delay = Date.now() - start;
  following.cancel();
  pushing.cancel();
  return delay;
}

(async () => {
  const one = open("one");
  const other = open("other");
  await one.bulkDocs(Array.from({ length: documents }, (_, n) => made(n)));
  const pushed = await one.replicate.to(home);
  const pulled = await other.replicate.from(home);
  Object.assign(seen, { pushed: pushed.docs_written, pulled: pulled.docs_written });
  seen.failures = pushed.doc_write_failures + pulled.doc_write_failures;

  const step = Math.floor(documents / withAttachments);
  seen.attachments = 0;
  for (let n = 0; n < documents; n += step) {
    const found = await other.getAttachment(`doc-${n}`, "picture.bin");
    if (found.equals(bytesOf(n))) seen.attachments += 1;
  }

  for (let n = 1; n <= 30; n += 1) {
    await edit(one, `doc-${n}`, "one");
    if (n <= 20) await edit(other, `doc-${n}`, "other");
    await edit(other, `doc-${100 + n}`, "other");
  }
  for (let n = 200; n < 210; n += 1) await one.remove(await one.get(`doc-${n}`));
  for (let n = 205; n < 215; n += 1) await edit(other, `doc-${n}`, "kept");
  await other.remove(await other.get("doc-300"));

  await one.sync(home);
  await other.sync(home);
  await one.sync(home);
  const states = [await stateOf(one), await stateOf(other), await stateOf(home)];
  seen.same = states.every((state) => state === states[0]);
  const conflicted = await home.allDocs({ include_docs: true, conflicts: true });
  seen.conflicts = conflicted.rows.filter((row) => row.doc._conflicts).length;
  seen.live = (await home.info()).doc_count;
  seen.again = (await one.replicate.to(home)).docs_written;
  seen.delay = await liveDelay(one, other);
  console.log(JSON.stringify(seen));
  process.exit(0);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
