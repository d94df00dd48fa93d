/** The tree agrees with a plain list of the same nodes, whatever was done to it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Node, nodeOf, ROOT } from "../src/replica/node.ts";
import { inOrderOf, sorted, Tree } from "../src/replica/tree.ts";

const ids = ["a", "b", "c", "d", "e"] as const;
const id = fc.constantFrom(...ids);

function made(id: string, parent: string, name = id, tags: string[] = []): Node {
  const document = { _id: id, type: "file", name, dir_id: parent, size: "3", tags };
  const node = nodeOf(document);
  assert.ok(node);
  return node;
}

test("children are the nodes whose parent it is", () => {
  const step = fc.oneof(
    fc.tuple(fc.constant("put" as const), id, fc.constantFrom(ROOT, ...ids)),
    fc.tuple(fc.constant("remove" as const), id, fc.constant("")),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const tree = new Tree();
      const model = new Map<string, Node>();
      for (const [what, id, parent] of steps) {
        if (what === "put") {
          tree.put(made(id, parent));
          model.set(id, made(id, parent));
        } else {
          tree.remove(id);
          model.delete(id);
        }
      }
      for (const parent of [ROOT, ...ids]) {
        const expected = [...model.values()].filter((node) => node.parent === parent);
        assert.deepEqual(
          new Set(tree.children(parent).map((node) => node.id)),
          new Set(expected.map((node) => node.id)),
        );
      }
      for (const id of ids) tree.ancestors(id); // loops end
    }),
  );
});

test("directories come first, names by number, and both ways are each other's reverse", () => {
  const names = ["file 10", "file 9", "Été", "ete 2"];
  const nodes = names.map((name, index) => made(String(index), ROOT, name));
  const up = sorted([...nodes], "name", false).map((node) => node.name);
  assert.deepEqual(up, ["Été", "ete 2", "file 9", "file 10"]);
  const down = sorted([...nodes], "name", true).map((node) => node.name);
  assert.deepEqual(down, [...up].reverse());
});

test("a directory has another stamp once something in it changed, and no other has", () => {
  const tree = new Tree();
  tree.put(made("a", ROOT));
  tree.put(made("b", "d"));
  const stamps = () => [ROOT, "d", "e"].map((each) => tree.stampOf(each));
  const changed = (change: () => void) => {
    const before = stamps();
    change();
    return stamps().map((stamp, index) => stamp !== before[index]);
  };
  assert.deepEqual(changed(() => tree.put(made("a", ROOT, "other"))), [true, false, false]);
  assert.deepEqual(changed(() => tree.put(made("b", "e"))), [false, true, true]);
  assert.deepEqual(changed(() => tree.remove("b")), [false, false, true]);
  assert.deepEqual(changed(() => tree.remove("b")), [false, false, false]);
});

test("what was in order before comes in that order, as it is now, and nothing is lost", () => {
  const some = fc.uniqueArray(id);
  fc.assert(
    fc.property(some, some, (before, now) => {
      const nodes = now.map((each) => made(each, ROOT, `${each} now`));
      const found = inOrderOf(before.map((each) => made(each, ROOT)), nodes);
      assert.deepEqual(new Set(found), new Set(nodes));
      assert.equal(found.length, nodes.length);
      const kept = before.filter((each) => now.includes(each));
      assert.deepEqual(found.slice(0, kept.length).map((node) => node.id), kept);
    }),
  );
});
