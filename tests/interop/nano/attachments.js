// What nano does with attachments: alone, in streams, and several in one request.
const assert = require("node:assert/strict");
const { createHash } = require("node:crypto");
const { Readable } = require("node:stream");
const test = require("node:test");
const { fresh, readAll } = require("./server");

const BYTES = Buffer.from(Array.from({ length: 70_000 }, (_, n) => (n * 31) % 256));
const digest = (bytes) => "md5-" + createHash("md5").update(bytes).digest("base64");

test("an attachment makes its document, and comes back", async () => {
  const db = await fresh("attachments");
  const told = await db.attachment.insert("doc", "data.bin", BYTES, "application/octet-stream");
  assert.match(told.rev, /^1-/);
  assert.ok(BYTES.equals(await db.attachment.get("doc", "data.bin")));
  const { _attachments } = await db.get("doc");
  assert.deepEqual(_attachments["data.bin"], {
    content_type: "application/octet-stream",
    revpos: 1,
    digest: digest(BYTES),
    length: BYTES.length,
    stub: true,
  });
});

test("an attachment is replaced from the revision that was read", async () => {
  const db = await fresh("attachments");
  const { rev } = await db.insert({ a: 1 }, "doc");
  await assert.rejects(db.attachment.insert("doc", "t.txt", "one", "text/plain"), {
    statusCode: 409,
  });
  const first = await db.attachment.insert("doc", "t.txt", "one", "text/plain", { rev });
  await db.attachment.insert("doc", "t.txt", "two", "text/plain", { rev: first.rev });
  assert.equal((await db.attachment.get("doc", "t.txt")).toString(), "two");
  assert.equal((await db.attachment.get("doc", "t.txt", { rev: first.rev })).toString(), "one");
  assert.equal((await db.get("doc")).a, 1);
});

test("streams go in and come out", async () => {
  const db = await fresh("attachments");
  const pieces = [BYTES.subarray(0, 30_000), BYTES.subarray(30_000)];
  await db.attachment.insert("doc", "s.bin", Readable.from(pieces), "application/x-stream");
  assert.ok(BYTES.equals(await readAll(db.attachment.getAsStream("doc", "s.bin"))));
  const [error] = await new Promise((resolve) =>
    db.attachment.getAsStream("doc", "none.bin").on("error", (...told) => resolve(told)),
  );
  assert.equal(error.statusCode, 404);
});

test("an attachment is destroyed and the document stays", async () => {
  const db = await fresh("attachments");
  const { rev } = await db.attachment.insert("doc", "t.txt", "one", "text/plain");
  await assert.rejects(db.attachment.destroy("doc", "t.txt"), { statusCode: 409 });
  const told = await db.attachment.destroy("doc", "t.txt", { rev });
  assert.match(told.rev, /^2-/);
  await assert.rejects(db.attachment.get("doc", "t.txt"), { statusCode: 404 });
  assert.equal((await db.get("doc"))._attachments, undefined);
});

test("several attachments travel in one request, both ways", async () => {
  const db = await fresh("attachments");
  const attachments = [
    { name: "t.txt", data: "Grüße", content_type: "text/plain" },
    { name: "data.bin", data: BYTES, content_type: "application/octet-stream" },
  ];
  await db.multipart.insert({ a: 1 }, attachments, "doc");
  assert.equal((await db.attachment.get("doc", "t.txt")).toString(), "Grüße");
  assert.ok(BYTES.equals(await db.attachment.get("doc", "data.bin")));
  const kept = await db.get("doc");
  assert.equal(kept._attachments["data.bin"].digest, digest(BYTES));
  assert.equal(kept.a, 1);
  const told = await db.multipart.get("doc");
  const text = Buffer.isBuffer(told) ? told.toString("latin1") : told;
  assert.match(text, /^(\r\n)?--/);
  assert.match(text, /"follows":true/);
  const next = [{ name: "more.txt", data: "more", content_type: "text/plain" }];
  const stubs = { _rev: kept._rev, _attachments: { "t.txt": { stub: true } } };
  await db.multipart.insert(stubs, next, "doc");
  assert.deepEqual(Object.keys((await db.get("doc"))._attachments).sort(), ["more.txt", "t.txt"]);
});

test("attachments travel inside a document too", async () => {
  const db = await fresh("attachments");
  const data = Buffer.from("inline").toString("base64");
  await db.insert({ _attachments: { "i.txt": { content_type: "text/plain", data } } }, "doc");
  assert.equal((await db.attachment.get("doc", "i.txt")).toString(), "inline");
  assert.equal((await db.get("doc", { attachments: true }))._attachments["i.txt"].data, data);
  const listed = await db.list({ include_docs: true, attachments: true });
  assert.equal(listed.rows[0].doc._attachments["i.txt"].data, data);
  await assert.rejects(
    db.insert({ _attachments: { "no.txt": { stub: true } } }, "other"),
    { statusCode: 412, error: "missing_stub" },
  );
});

test("names of attachments may have folders and spaces", async () => {
  const db = await fresh("attachments");
  const name = "a/b c.txt";
  await db.attachment.insert("doc", encodeURI(name), "x", "text/plain");
  assert.deepEqual(Object.keys((await db.get("doc"))._attachments), [name]);
  assert.equal((await db.attachment.get("doc", encodeURI(name))).toString(), "x");
});
