// One PouchDB and a CouchDB: pushed, changed on both sides, pulled, looked at, followed, ended.
// What they say to each other is recorded; prints one JSON object of what was seen.
const PouchDB = require("pouchdb");
PouchDB.plugin(require("pouchdb-adapter-memory"));

const address = process.argv[2].replace(/\/$/, "") + "/pouch-session";
const local = new PouchDB("local", { adapter: "memory" });
const remote = new PouchDB(address);
const seen = {};
const picture = (text) => ({
  content_type: "image/png",
  data: Buffer.from(text.repeat(300)).toString("base64"),
});

async function pushed() {
  for (let n = 0; n < 12; n++) {
    const document = { _id: `doc-${n}`, n, text: `été n°${n}` };
    if (n % 4 === 0) document._attachments = { "picture.png": picture(`bytes ${n} `) };
    await local.put(document);
  }
  await local.put({ _id: "a/slash and a space", n: 99 });
  const { docs_written: written } = await local.replicate.to(remote);
  const { docs_written: again } = await local.replicate.to(remote);
  return [written, again];
}

async function changedApart() {
  // twice here, so that it is not by chance who wins
  for (const [db, side] of [[local, "here"], [remote, "there"], [local, "here again"]]) {
    for (const id of ["doc-1", "doc-4"]) {
      const document = await db.get(id);
      await db.put({ ...document, side });
    }
  }
  await remote.remove(await remote.get("doc-2"));
  await remote.bulkDocs([{ _id: "new-0" }, { _id: "new-1", n: 1 }]);
  const held = await remote.get("doc-8");
  const attachment = Buffer.from("as it is");
  await remote.putAttachment("doc-8", "note.txt", held._rev, attachment, "text/plain");
  const result = await local.sync(remote);
  return [result.push.docs_written, result.pull.docs_written];
}

async function lookedAt() {
  const winner = await remote.get("doc-1", { conflicts: true, revs: true, revs_info: true });
  const leaves = await remote.get("doc-1", { open_revs: "all" });
  const fetched = await remote.bulkGet({ docs: [{ id: "doc-4" }, { id: "nobody" }], revs: true });
  const bytes = await remote.getAttachment("doc-8", "note.txt");
  const { rows } = await remote.allDocs({ startkey: "doc-3", limit: 3, include_docs: true });
  const named = await remote.allDocs({ keys: ["doc-2", "doc-3", "nobody"] });
  await remote.removeAttachment("doc-0", "picture.png", (await remote.get("doc-0"))._rev);
  const missing = await remote.get("nobody").catch((error) => error.status);
  return [
    winner._conflicts.length,
    leaves.length,
    fetched.results.length,
    bytes.toString(),
    rows.map((row) => row.id),
    named.rows.length,
    missing,
  ];
}

async function followed() {
  const ids = await remote.changes({ doc_ids: ["doc-1", "doc-4"], since: 0 });
  const chosen = await remote.changes({ selector: { n: { $gt: 8 } }, since: 0 });
  const { last_seq: since } = await remote.changes({ since: 0, style: "all_docs" });
  const feed = remote.changes({ since, live: true, include_docs: true });
  const came = new Promise((resolve) => feed.once("change", resolve));
  await remote.put({ _id: "fresh", n: 1 });
  const change = await came;
  feed.cancel();
  return [ids.results.length, chosen.results.length, change.doc.n];
}

(async () => {
  await remote.info();
  seen.pushed = await pushed();
  seen.changed = await changedApart();
  seen.lookedAt = await lookedAt();
  seen.followed = await followed();
  await remote.compact();
  seen.live = (await remote.info()).doc_count;
  await remote.destroy();
  process.stdout.write(JSON.stringify(seen), () => process.exit(0)); // a pipe takes its time
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
