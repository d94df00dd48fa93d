// Replicates both ways with a credential, then live until it is cut off; tries another database.
// Prints what came, and what was said where the credential opens nothing.
const PouchDB = require("pouchdb");
PouchDB.plugin(require("pouchdb-adapter-memory"));

const [, , door, name, password, doctype, other] = process.argv;
const auth = { username: name, password };
const said = (error) => [error.status, error.error || error.name, error.reason || error.message];
const line = (told) => process.stdout.write(JSON.stringify(told) + "\n");

(async () => {
  const remote = new PouchDB(`${door}/${doctype}`, { auth, skip_setup: true });
  const local = new PouchDB("local", { adapter: "memory" });
  await local.bulkDocs([{ _id: "from-here", n: 1 }, { _id: "also", n: 2 }]);
  const both = await local.sync(remote);
  const elsewhere = new PouchDB(`${door}/${other}`, { auth, skip_setup: true });
  const refused = await elsewhere.get("a").then(() => null, said);
  const pushed = await local.replicate.to(elsewhere).then(() => null, said);
  line({
    pushed: both.push.docs_written,
    pulled: both.pull.docs_written,
    ids: (await local.allDocs()).rows.map((row) => row.id),
    refused,
    pushed_elsewhere: pushed,
  });
  // A live feed: one line when news comes, one when the credential is taken away.
  const feed = local.replicate.from(remote, { live: true, heartbeat: 200 });
  feed.on("change", (change) => line({ news: change.docs.map((doc) => doc._id) }));
  const ended = (error) => {
    line({ ended: error && error.status ? said(error) : null });
    process.exit(0);
  };
  feed.on("error", ended).on("complete", () => ended(null));
  line({ live: true });
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
