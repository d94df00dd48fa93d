/** Nothing is overwritten in silence, whatever happened on both sides. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decide, insisting, mergedTags } from "../src/outbox/deciding.ts";
import type { Operation, Waiting } from "../src/outbox/operation.ts";
import { overlaid } from "../src/outbox/overlay.ts";
import { readdressed } from "../src/outbox/readdressing.ts";
import { type Node, TRASH } from "../src/replica/node.ts";

const few = fc.constantFrom("a", "b", "c");
const tags = fc.uniqueArray(few);
const node: fc.Arbitrary<Node> = fc
  .record({
  id: fc.constant("n"),
  kind: fc.constantFrom("file" as const, "directory" as const),
  name: few,
  parent: few,
  size: fc.nat(),
  mime: fc.constant("text/plain"),
  class: fc.constant("text"),
  md5: few,
  updatedAt: fc.constant(""),
  takenAt: fc.constant(""),
  tags,
  favourite: fc.boolean(),
}).map((made) => ({ ...made })); // with the prototype that a spread gives
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant("rename" as const), id: fc.constant("n"), from: few, to: few }),
  fc.record({ kind: fc.constant("move" as const), id: fc.constant("n"), from: few, to: few }),
  fc.record({ kind: fc.constant("trash" as const), id: fc.constant("n"), from: few, md5: few }),
  fc.record({ kind: fc.constant("destroy" as const), id: fc.constant("n") }),
  fc.record({ kind: fc.constant("tags" as const), id: fc.constant("n"), from: tags, to: tags }),
  fc.record({
    kind: fc.constant("favourite" as const),
    id: fc.constant("n"),
    to: fc.boolean(),
  }),
);

const as = (operation: Operation): Waiting[] => [{ order: "1", operation }];

test("what is sent changes nothing that another changed meanwhile", () => {
  fc.assert(
    fc.property(node, operation, fc.boolean(), (current, wanted, trashed) => {
      const { do: what } = decide(wanted, current, trashed);
      if (what !== "send") return;
      if (wanted.kind === "rename") assert.equal(current.name, wanted.from);
      if (wanted.kind === "move") assert.equal(current.parent, wanted.from);
      if (wanted.kind === "trash") assert.equal(current.md5, wanted.md5);
      if (wanted.kind === "destroy") assert.ok(trashed);
    }),
  );
});

test("what is dropped is as the owner wanted it", () => {
  fc.assert(
    fc.property(fc.option(node, { nil: undefined }), operation, fc.boolean(), (now, wanted, bin) => {
      if (decide(wanted, now, bin).do !== "drop") return;
      if (wanted.kind === "trash") assert.ok(!now || bin || now.parent === TRASH);
      else if (wanted.kind === "tags") {
        const merged = mergedTags(wanted.from, wanted.to, now?.tags ?? []);
        assert.deepEqual(new Set(merged), new Set(now?.tags));
      } else assert.deepEqual(overlaid(now, as(wanted)), now);
    }),
  );
});

test("an operation that has been sent is not sent again", () => {
  fc.assert(
    fc.property(node, operation, (current, wanted) => {
      if (decide(wanted, current, false).do !== "send") return;
      const tags = wanted.kind === "tags" ? mergedTags(wanted.from, wanted.to, current.tags) : [];
      const after = overlaid(current, as(wanted.kind === "tags" ? { ...wanted, to: tags } : wanted));
      assert.equal(decide(wanted, after, after?.parent === TRASH).do, "drop");
    }),
  );
});

test("tags that either side added stay, and those that either side took away go", () => {
  fc.assert(
    fc.property(tags, tags, tags, (from, to, theirs) => {
      const merged = mergedTags(from, to, theirs);
      for (const tag of to.filter((each) => !from.includes(each))) assert.ok(merged.includes(tag));
      for (const tag of from.filter((each) => !to.includes(each))) assert.ok(!merged.includes(tag));
      for (const tag of theirs.filter((each) => !from.includes(each)))
        assert.ok(merged.includes(tag));
      assert.equal(new Set(merged).size, merged.length);
    }),
  );
});

test("who insists gets their way, unless it has changed once more", () => {
  fc.assert(
    fc.property(node, operation, (current, wanted) => {
      const decision = decide(wanted, current, false);
      if (decision.do !== "ask" || wanted.kind === "destroy") return;
      assert.equal(decide(insisting(wanted, decision.trouble), current, false).do, "send");
    }),
  );
});

test("an operation in trouble is not shown as done", () => {
  fc.assert(
    fc.property(node, operation, (current, wanted) => {
      const waiting: Waiting = { order: "1", operation: wanted, trouble: { kind: "taken" } };
      assert.deepEqual(overlaid(current, [waiting]), current);
    }),
  );
});

test("what waits for something made here follows it to its real id", () => {
  const make: Operation = { kind: "make", id: "new-1", parent: "root", name: "d" };
  const inside: Operation = { kind: "make", id: "new-2", parent: "new-1", name: "e" };
  const moved: Operation = { kind: "move", id: "n", from: "root", to: "new-1" };
  const named: Operation = { kind: "rename", id: "new-1", from: "d", to: "f" };
  assert.deepEqual(readdressed(make, "new-1", "real"), make);
  assert.deepEqual(readdressed(inside, "new-1", "real"), { ...inside, parent: "real" });
  assert.deepEqual(readdressed(moved, "new-1", "real"), { ...moved, to: "real" });
  assert.deepEqual(readdressed(named, "new-1", "real"), { ...named, id: "real" });
});

test("what was thrown away before its own upload had come is thrown away when it has", () => {
  fc.assert(
    fc.property(node, (current) => {
      const operation = { kind: "trash", id: "n", from: current.parent, md5: "" } as const;
      const elsewhere = { ...current, md5: `${current.md5} since` };
      assert.equal(decide(operation, current, false).do, "send");
      assert.equal(decide({ ...operation, md5: current.md5 }, elsewhere, false).do, "ask");
    }),
  );
});
