// Pulls a database of a home into a PouchDB and prints what came, a JSON object by document id.
const PouchDB = require("pouchdb");
PouchDB.plugin(require("pouchdb-adapter-memory"));

(async () => {
  const local = new PouchDB("local", { adapter: "memory" });
  await local.replicate.from(process.argv[2]);
  const { rows } = await local.allDocs({ include_docs: true });
  const found = Object.fromEntries(rows.map((row) => [row.id, row.doc]));
  process.stdout.write(JSON.stringify(found), () => process.exit(0)); // a pipe takes its time
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
