// Pulls a database into a PouchDB in memory and prints how many documents came, and in what time.
const PouchDB = require("pouchdb");
PouchDB.plugin(require("pouchdb-adapter-memory"));

(async () => {
  const local = new PouchDB("local", { adapter: "memory" });
  const begun = process.hrtime.bigint();
  const { docs_written: pulled } = await local.replicate.from(process.argv[2], { batch_size: 1000 });
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  console.log(JSON.stringify({ pulled, seconds }));
  process.exit(0);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
