// A page's own database, synchronised with one on another origin; what was seen goes back to the
// server that the page came from, and the test that started it judges.
const { address, username, password, database } = Object.fromEntries(
  new URLSearchParams(location.search),
);

const login = (name) => new PouchDB(`${address}/${name}`, { auth: { username, password } });

async function textOf(db, id) {
  const blob = await db.getAttachment(id, "note.txt");
  return `${blob.type}: ${await blob.text()}`;
}

async function synchronised() {
  const local = new PouchDB("local");
  const remote = login(database);
  for (let n = 0; n < 20; n += 1) {
    const data = new Blob([`été from the page ${n}`], { type: "text/plain" });
    const _attachments = { "note.txt": { content_type: "text/plain", data } };
    await local.put({ _id: `page-${n}`, n, _attachments });
  }
  const passed = await local.sync(remote);
  const first = await local.get("home-0");
  await local.put({ ...first, edited: "by the page" });
  await local.sync(remote);
  const again = await local.sync(remote);
  return {
    pushed: passed.push.docs_written,
    pulled: passed.pull.docs_written,
    failures: passed.push.doc_write_failures + passed.pull.doc_write_failures,
    again: again.push.docs_written + again.pull.docs_written,
    local: (await local.allDocs()).rows.length,
    remote: (await remote.info()).doc_count,
    pulledText: await textOf(local, "home-3"),
    pushedText: await textOf(remote, "page-3"),
    edited: (await remote.get("home-0")).edited,
  };
}

// The change that somebody else makes reaches the page while it follows.
async function followed() {
  const remote = login(database);
  const feed = remote.changes({ live: true, since: "now" });
  const seen = new Promise((resolve) => feed.once("change", (change) => resolve(change.id)));
  await remote.put({ _id: "later" });
  const id = await seen;
  feed.cancel();
  return { followed: id };
}

async function refused() {
  const answered = await fetch(`${address}/${database}`, { credentials: "omit" });
  return { status: answered.status, word: (await answered.json()).error };
}

(async () => ({ ...(await synchronised()), ...(await followed()), refused: await refused() }))()
  .catch((error) => ({ error: String(error), stack: error.stack, reason: error.reason }))
  .then((seen) => fetch("/seen", { method: "POST", body: JSON.stringify(seen) }));
