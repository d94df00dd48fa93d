/** Selecting: what a range holds, whichever way it is drawn. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { all, extended, NONE, toggled } from "../src/parts/picking.ts";

const ITEMS = ["a", "b", "c", "d", "e", "f"].map((id) => ({ id }));
const ITEM = fc.constantFrom(...ITEMS);
const PICKED = fc.array(ITEM).map((items) => items.reduce(toggled, NONE));

test("twice toggled is as before, and a range begins where one last toggled", () => {
  fc.assert(
    fc.property(PICKED, ITEM, (picked, item) => {
      const once = toggled(picked, item);
      assert.notEqual(once.ids.has(item.id), picked.ids.has(item.id));
      assert.deepEqual(new Set(toggled(once, item).ids), new Set(picked.ids));
      assert.equal(once.anchor, item.id);
    }),
  );
});

test("a range adds all between its ends and takes nothing away", () => {
  fc.assert(
    fc.property(PICKED, ITEM, (picked, to) => {
      const { ids, anchor } = extended(picked, ITEMS, to);
      const from = picked.anchor || to.id;
      const [low = "", high = ""] = [from, to.id].sort();
      for (const { id } of ITEMS) {
        assert.equal(ids.has(id), picked.ids.has(id) || (low <= id && id <= high));
      }
      assert.equal(anchor, from);
    }),
  );
});

test("an anchor that is not in the list any more begins nothing", () => {
  const gone = toggled(NONE, { id: "gone" });
  assert.deepEqual(extended(gone, ITEMS, { id: "c" }).ids, new Set(["gone", "c"]));
  assert.equal(all(ITEMS).ids.size, ITEMS.length);
});
