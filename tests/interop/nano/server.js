// The server under test, by nano: its address is the first argument of each script.
const nano = require("nano");

const root = process.argv[2];
const couch = nano({ url: root, parseUrl: false });
const run = Date.now();
let made = 0;

// A database of its own for each test, and for each run.
async function fresh(prefix) {
  made += 1;
  const name = `nano-${prefix}-${run}-${made}`;
  await couch.db.create(name);
  return couch.use(name);
}

const readAll = async (stream) => {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
};

module.exports = { root, couch, fresh, readAll, nano };
