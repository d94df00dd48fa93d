/** What is kept is what is read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeOf } from "../src/replica/node.ts";
import { packed, unpacked } from "../src/replica/snapshot.ts";

test("a snapshot comes back as it was", () => {
  const file = nodeOf({
    _id: "f",
    type: "file",
    name: "Été \ud83c\udfd6 \"x\".jpg",
    dir_id: "d",
    size: "9007199254740991",
    mime: "image/jpeg",
    class: "image",
    md5sum: "m==",
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-02-01T00:00:00Z",
    metadata: { datetime: "2020-07-14T09:30:00Z" },
    tags: ["a", "b"],
    cozyMetadata: { favorite: true },
  });
  const directory = nodeOf({ _id: "d", type: "directory", name: "d", dir_id: "" });
  assert.ok(file && directory);
  const nodes = [file, directory];
  assert.deepEqual(unpacked(packed({ sequence: 42, nodes })), { sequence: 42, nodes });
});

test("a snapshot of another format is left alone", () => {
  assert.equal(unpacked('{"format": 0, "sequence": 1, "rows": []}'), undefined);
});
