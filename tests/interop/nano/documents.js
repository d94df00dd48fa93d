// What nano does with documents, one by one and many at once.
const assert = require("node:assert/strict");
const test = require("node:test");
const { couch, fresh, readAll } = require("./server");

const FIRST = /^1-[0-9a-f]{32}$/;
const SECOND = /^2-[0-9a-f]{32}$/;

async function filled(count = 5) {
  const db = await fresh("documents");
  const docs = Array.from({ length: count }, (_, n) => ({ _id: `d${n}`, n }));
  const rows = await db.bulk({ docs });
  return { db, revs: rows.map((row) => row.rev) };
}

test("a document is inserted under a name", async () => {
  const db = await fresh("documents");
  const told = await db.insert({ title: "été", deep: { list: [1, null, "x"] } }, "one");
  assert.equal(told.id, "one");
  assert.match(told.rev, FIRST);
  assert.deepEqual(await db.get("one"), {
    _id: "one",
    _rev: told.rev,
    title: "été",
    deep: { list: [1, null, "x"] },
  });
});

test("a document without a name is given one", async () => {
  const db = await fresh("documents");
  const told = await db.insert({ a: 1 });
  assert.equal(told.ok, true);
  assert.match(told.id, /^[0-9a-f]{32}$/);
  assert.equal((await db.get(told.id)).a, 1);
});

test("a document is updated from the revision it was read at", async () => {
  const db = await fresh("documents");
  const { rev } = await db.insert({ a: 1 }, "one");
  const told = await db.insert({ _rev: rev, a: 2 }, "one");
  assert.match(told.rev, SECOND);
  assert.equal((await db.get("one")).a, 2);
  assert.equal((await db.get("one", { rev })).a, 1);
});

test("an update from elsewhere is a conflict", async () => {
  const db = await fresh("documents");
  const { rev } = await db.insert({ a: 1 }, "one");
  await db.insert({ _rev: rev, a: 2 }, "one");
  await assert.rejects(db.insert({ _rev: rev, a: 3 }, "one"), {
    statusCode: 409,
    error: "conflict",
    reason: "Document update conflict.",
  });
  await assert.rejects(db.insert({ a: 3 }, "one"), { statusCode: 409 });
  assert.equal((await db.get("one")).a, 2);
});

test("functions are stored as text", async () => {
  const db = await fresh("documents");
  await db.insert({ views: { v: { map: function (doc) { emit(doc.n); } } } }, "_design/app");
  assert.match((await db.get("_design/app")).views.v.map, /^function \(doc\)/);
});

test("names of all kinds travel", async () => {
  const db = await fresh("documents");
  for (const id of ["a/b", "été", "with space", "plus+and&", "ключ", "quote'\"", "?#%25"]) {
    const { rev } = await db.insert({ id }, id);
    const found = await db.get(id);
    assert.equal(found._id, id);
    assert.equal(found.id, id);
    await db.destroy(id, rev);
  }
});

test("local documents are kept out of the lists", async () => {
  const db = await fresh("documents");
  const told = await db.insert({ mark: 7 }, "_local/here");
  assert.equal(told.rev, "0-1");
  assert.equal((await db.get("_local/here")).mark, 7);
  assert.equal((await db.list()).rows.length, 0);
});

test("heads tell revision and size", async () => {
  const db = await fresh("documents");
  const { rev } = await db.insert({ a: 1 }, "one");
  const headers = await db.head("one");
  assert.equal(headers.etag, `"${rev}"`);
  assert.ok(Number(headers["content-length"]) > 40);
  await assert.rejects(db.head("two"), { statusCode: 404 });
});

test("a document is destroyed from the revision it was read at", async () => {
  const db = await fresh("documents");
  const { rev } = await db.insert({ a: 1 }, "one");
  await assert.rejects(db.destroy("one", "1-00000000000000000000000000000000"), { statusCode: 409 });
  const told = await db.destroy("one", rev);
  assert.match(told.rev, SECOND);
  await assert.rejects(db.get("one"), { statusCode: 404, reason: "deleted" });
  await assert.rejects(db.get("never"), { statusCode: 404, reason: "missing" });
  const again = await db.insert({ a: 2 }, "one");
  assert.match(again.rev, /^3-/);
});

test("revisions and conflicts are told with a document", async () => {
  const db = await fresh("documents");
  const { rev } = await db.insert({ a: 1 }, "one");
  const second = (await db.insert({ _rev: rev, a: 2 }, "one")).rev;
  const other = { _id: "one", _rev: "2-00000000000000000000000000000000", a: 3 };
  other._revisions = { start: 2, ids: [other._rev.slice(2), rev.slice(2)] };
  await db.bulk({ docs: [other], new_edits: false });
  const told = await db.get("one", { revs: true, conflicts: true, revs_info: true });
  assert.equal(told._rev, second);
  assert.deepEqual(told._conflicts, [other._rev]);
  assert.deepEqual(told._revisions, { start: 2, ids: [second.slice(2), rev.slice(2)] });
  assert.deepEqual(told._revs_info, [
    { rev: second, status: "available" },
    { rev, status: "available" },
  ]);
  const leaves = await db.get("one", { open_revs: JSON.stringify([second, other._rev, "9-a"]) });
  assert.deepEqual(leaves.map((row) => String(row.ok?.a ?? row.missing)).sort(), ["2", "3", "9-a"]);
});

test("many are written at once, and each is answered", async () => {
  const db = await fresh("documents");
  const [one, two] = await db.bulk({ docs: [{ _id: "one" }, { _id: "two" }] });
  const rows = await db.bulk({
    docs: [{ _id: "one", _rev: one.rev, a: 1 }, { _id: "two" }, { _id: "two", _rev: two.rev, _deleted: true }],
  });
  assert.match(rows[0].rev, SECOND);
  assert.equal(rows[1].error, "conflict");
  assert.match(rows[2].rev, SECOND);
  const rest = (await db.list()).rows.map((row) => row.id);
  assert.deepEqual(rest, ["one"]);
});

test("documents are listed, all and in part", async () => {
  const { db, revs } = await filled();
  const all = await db.list();
  assert.equal(all.total_rows, 5);
  assert.equal(all.offset, 0);
  assert.deepEqual(all.rows[0], { id: "d0", key: "d0", value: { rev: revs[0] } });
  const part = await db.list({ startkey: "d1", endkey: "d3", include_docs: true });
  assert.deepEqual(part.rows.map((row) => row.doc.n), [1, 2, 3]);
  assert.equal(part.offset, 1);
  const back = await db.list({ descending: true, limit: 2, skip: 1 });
  assert.deepEqual(back.rows.map((row) => row.id), ["d3", "d2"]);
  const open = await db.list({ start_key: "d3", end_key: "d4", inclusive_end: false });
  assert.deepEqual(open.rows.map((row) => row.id), ["d3"]);
  assert.deepEqual((await db.list({ key: "d2" })).rows.map((row) => row.id), ["d2"]);
  const streamed = JSON.parse(await readAll(db.listAsStream({ keys: ["d4", "d0"] })));
  assert.deepEqual(streamed.rows.map((row) => row.id), ["d4", "d0"]);
});

test("documents are fetched by name, in the order asked", async () => {
  const { db, revs } = await filled();
  await db.destroy("d1", revs[1]);
  const { rows } = await db.fetch({ keys: ["d3", "nowhere", "d1", "d0"] });
  assert.deepEqual(rows.map((row) => row.doc?.n ?? row.error ?? row.value.deleted), [
    3,
    "not_found",
    true,
    0,
  ]);
  const revisions = await db.fetchRevs({ keys: ["d4", "nowhere"] });
  assert.deepEqual(revisions.rows[0].value, { rev: revs[4] });
  assert.equal(revisions.rows[0].doc, undefined);
  assert.equal(revisions.rows[1].error, "not_found");
});

test("a document is copied, also over another", async () => {
  const { db, revs } = await filled();
  const path = "d2";
  const copy = (destination) => {
    const headers = { ...couch.config.headers, Destination: destination };
    const base = `${couch.config.plainURL}${encodeURIComponent(db.config.db)}/`;
    return fetch(base + path, { method: "COPY", headers });
  };
  const made = await copy("copied");
  assert.equal(made.status, 201);
  assert.match((await made.json()).rev, FIRST);
  assert.equal((await db.get("copied")).n, 2);
  assert.equal((await copy("d3")).status, 409);
  assert.equal((await copy(`d3?rev=${revs[3]}`)).status, 201);
  assert.equal((await db.get("d3")).n, 2);
});

test("whatever was refused leaves no trace", async () => {
  const { db } = await filled(1);
  const before = await db.info();
  await assert.rejects(db.insert({ _odd: 1 }, "odd"), { statusCode: 400, error: "doc_validation" });
  await assert.rejects(db.insert({}, "_odd"), { statusCode: 400 });
  await assert.rejects(db.insert({ _rev: "nonsense" }, "d0"), { statusCode: 400 });
  await assert.rejects(db.bulk({ nothing: [] }), { statusCode: 400, error: "bad_request" });
  assert.equal((await db.info()).update_seq, before.update_seq);
});
