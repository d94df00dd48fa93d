// PouchDB as somebody who was granted one type of documents: by a token and by an app password.
// Prints one JSON object of what was seen; the test that starts it judges.
const PouchDB = require("pouchdb");
PouchDB.plugin(require("pouchdb-adapter-memory"));

const [address, token, password, foreign] = process.argv.slice(2);
const TYPE = "io.cozy.contacts";
const OTHER = "io.cozy.bills";

// As pouch-link has it: the token is the password, and whoever it belongs to may be called anything.
const remote = (door, type, secret) =>
  new PouchDB(`${address}/${door}/${type}`, { skip_setup: true, auth: { username: "user", password: secret } });

async function replicated(database, name) {
  const local = new PouchDB(name, { adapter: "memory" });
  await local.put({ _id: name, said: "here" });
  const { push, pull } = await local.sync(database);
  return { pushed: push.docs_written, pulled: pull.docs_written, failures: push.doc_write_failures };
}

async function refused(database) {
  try {
    await new PouchDB(`refused-${Math.random()}`, { adapter: "memory" }).replicate.from(database);
    return null;
  } catch (error) {
    return { status: error.status, error: error.error, reason: error.reason };
  }
}

async function main() {
  const seen = {
    token: await replicated(remote("data", TYPE, token), "by-token"),
    password: await replicated(remote("couchdb", TYPE, password), "by-password"),
    otherType: await refused(remote("data", OTHER, token)),
    reserved: await refused(remote("data", "io.cozy.sessions", token)),
    otherTypeOfCouchDB: await refused(remote("couchdb", OTHER, password)),
    otherHome: await refused(remote("data", TYPE, foreign)),
  };
  console.log(JSON.stringify(seen));
}

main();
