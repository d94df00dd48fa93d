// Replicates through functions of design documents: pulls by a filter and by a view, pushes what
// the home may refuse. Prints what came and what was refused.
const PouchDB = require("pouchdb");
PouchDB.plugin(require("pouchdb-adapter-memory"));

const design = {
  _id: "_design/app",
  filters: { even: "function (doc, req) { return doc.n % Number(req.query.by) === 0; }" },
  views: { big: { map: "function (doc) { if (doc.n > 5) { emit(doc.n); } }" } },
  validate_doc_update:
    "function (doc) { if (doc.n < 0) { throw({ forbidden: 'below zero: ' + doc.n }); } }",
};

const ids = async (db) => (await db.allDocs()).rows.map((row) => row.id);

(async () => {
  const remote = new PouchDB(process.argv[2]);
  await remote.put(design);
  await remote.bulkDocs([0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ _id: `d${n}`, n })));

  const even = new PouchDB("even", { adapter: "memory" });
  await even.replicate.from(remote, { filter: "app/even", query_params: { by: 3 } });
  const big = new PouchDB("big", { adapter: "memory" });
  await big.replicate.from(remote, { filter: "_view", view: "app/big" });
  const chosen = new PouchDB("chosen", { adapter: "memory" });
  await chosen.replicate.from(remote, { selector: { n: { $in: [1, 7] } } });

  const source = new PouchDB("source", { adapter: "memory" });
  await source.bulkDocs([{ _id: "below", n: -1 }, { _id: "above", n: 9 }]);
  const denied = [];
  const pushing = source.replicate.to(remote);
  pushing.on("denied", (row) => denied.push([row.id, row.name, row.message]));
  const pushed = await pushing;
  const single = await remote.put({ _id: "single", n: -2 }).catch((error) => error);
  const told = {
    even: await ids(even),
    big: await ids(big),
    chosen: await ids(chosen),
    written: pushed.docs_written,
    failures: pushed.doc_write_failures,
    denied,
    single: [single.status, single.name, single.message],
    above: (await remote.get("above")).n,
  };
  process.stdout.write(JSON.stringify(told), () => process.exit(0));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
