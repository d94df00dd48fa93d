/** The tree agrees with a plain list of the same nodes, whatever was done to it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Node, nodeOf, ROOT } from "../src/replica/node.ts";
import { sorted, Tree } from "../src/replica/tree.ts";

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
