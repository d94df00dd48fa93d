// The drive as Cozy's applications and its desktop client use it: FileCollection of
// cozy-stack-client, verb by verb. Prints what it saw.
const crypto = require("node:crypto");
const { OAuthClient } = require("cozy-stack-client");
const { ownerOf } = require("./owner.js");

const [uri, passphrase] = process.argv.slice(2);
const scope = ["io.cozy.files", "io.cozy.photos.albums"];
const ROOT = "io.cozy.files.root-dir";
const md5 = (text) => crypto.createHash("md5").update(text).digest("base64");
const failed = (step) =>
  step.then(
    () => "done",
    (error) => [error.status, error.reason.errors[0].source?.parameter || ""],
  );

(async () => {

  const client = new OAuthClient({
    uri,
    scope,
    oauth: {
      redirectURI: "http://localhost:3344/callback",
      clientName: "Drive",
      softwareID: "github.com/foyer/interop",
    },
  });
  await client.register();
  await ownerOf(uri, passphrase).letIn(client, scope);
  const files = client.collection("io.cozy.files");
  const told = {};
  const since = (await files.fetchChanges({ since: "0" }, { skipDeleted: true })).newLastSeq;

  const dir = (await files.createDirectory({ name: "Dir", dirId: ROOT, lastModifiedDate: "2024-01-02T03:04:05Z" })).data;
  const options = { name: "é #1.txt", dirId: dir._id, contentType: "text/plain", lastModifiedDate: "2024-01-02T03:04:05Z" };
  const file = (
    await files.createFile("one", { ...options, contentLength: 3, checksum: md5("one"), metadata: { label: "bill" } })
  ).data;
  told.made = [dir.path, file.name, file.size, file.md5sum === md5("one"), file.metadata, file._rev.split("-")[0]];
  told.taken = await failed(files.createFile("x", options));
  told.checksum = await failed(files.createFile("x", { ...options, name: "y", checksum: md5("z") }));

  const newer = (
    await files.updateFile("two!", { fileId: file._id, name: file.name, contentLength: 4, ifMatch: file._rev })
  ).data;
  told.newer = [newer.size, newer._rev.split("-")[0]];
  told.stale = await failed(files.updateFile("x", { fileId: file._id, name: file.name, ifMatch: file._rev }));
  const stat = await files.statById(file._id);
  told.versions = stat.included.map((version) => [version.attributes.size, version.attributes.md5sum === md5("one")]);
  told.content = await (await files.fetchFileContentById(file._id)).text();

  const moved = (await files.updateAttributes(file._id, { name: "b.txt", dir_id: ROOT }, { ifMatch: newer._rev })).data;
  told.moved = [moved.name, moved.dir_id, (await files.statByPath("/b.txt")).data._id === file._id];
  told.loop = await failed(files.updateAttributes(dir._id, { dir_id: dir._id }));
  const tree = await files.createDirectoryByPath("/Dir/a/b");
  told.byPath = [tree.data.path, await files.isChildOf(tree.data, dir)];
  for (let number = 0; number < 5; number++) await files.createFile("x", { name: `${number}.txt`, dirId: dir._id });

  const named = (await files.find({ dir_id: ROOT, name: "b.txt" }, { indexedFields: ["dir_id", "name"] })).data;
  told.find = named.map((one) => [one.name, one.path]);
  const query = { indexedFields: ["dir_id", "name"], sort: [{ dir_id: "asc" }, { name: "asc" }], limit: 2 };
  const pages = [];
  let bookmark, page;
  do {
    page = await files.find({ dir_id: dir._id, name: { $gt: null } }, { ...query, bookmark });
    pages.push(page.data.map((one) => one.name));
    bookmark = page.bookmark;
  } while (page.next);
  told.pages = pages;
  told.unknown = (await files.find({ class: "text", size: "4" }, { indexedFields: ["class", "size"] })).data.map((one) => one.name);
  told.all = (await files.getAll([file._id, "nobody", dir._id])).data.map((one) => [one.path, one.type]);

  const copy = (await files.copy(file._id, "copy.txt", dir._id)).data;
  told.copy = [copy.name, copy.dir_id === dir._id];
  const album = { _id: "holidays", _type: "io.cozy.photos.albums" };
  told.referred = (await files.addReferencedBy(file, [album])).data.map((one) => one._id);
  told.unreferred = (await files.removeReferencedBy(file, [album])).data;
  const link = await files.getDownloadLinkById(file._id, "other.txt");
  told.link = await (await fetch(link)).text();
  const archive = await files.createArchiveLinkByIds({ ids: [dir._id], name: "all" });
  told.archive = Buffer.from(await (await fetch(uri + archive)).arrayBuffer()).subarray(0, 2).toString();
  told.metadata = (await files.updateMetadataAttribute(file._id, { label: "invoice" })).data.attributes.metadata;

  const device = { _id: client.oauthOptions.clientID, _type: "io.cozy.oauth.clients" };
  await files.addNotSynchronizedDirectories(device, [dir]);
  told.leftOut = (await files.findNotSynchronizedDirectories(device)).data.map((one) => one.id || one._id).length;
  const feed = await files.fetchChanges({ since, includeDocs: true }, { includeFilePath: true });
  told.feed = [feed.pending, feed.results.filter((row) => !row.deleted).map((row) => row.doc.path)];
  await files.removeNotSynchronizedDirectories(device, [dir]);
  const back = await files.fetchChanges({ since: feed.newLastSeq }, { includeFilePath: true, skipTrashed: true });
  told.back = back.results.length > 7;

  const current = (await files.statById(file._id)).data;
  told.trashed = (await files.destroy(current, { ifMatch: current._rev })).data.trashed;
  told.again = await failed(files.destroy({ _id: file._id }));
  told.restored = (await files.restore(file._id)).data.path;
  await files.destroy({ _id: file._id });
  await files.emptyTrash().catch(() => {}); // it reads a body that no server sends
  told.gone = await failed(files.statById(file._id));
  await client.unregister();
  console.log(JSON.stringify(told));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
