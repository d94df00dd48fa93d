/** What of a long list is drawn: laws over any size of list and window. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Box, bySlot, columnsIn, drawnOf, movedBy, type Shape } from "../src/parts/window.ts";

const SHAPE: fc.Arbitrary<Shape> = fc.constantFrom({ height: 60, tile: 0 }, { height: 208, tile: 168 });
const SIZE = { width: fc.integer({ min: 1, max: 2_000 }), height: fc.integer({ min: 1, max: 1_500 }) };
const TOTAL = fc.integer({ min: 0, max: 5_000 });

/** A window somewhere over a list, never further than it can be scrolled. */
function boxIn(total: number, shape: Shape, part: number, size: Omit<Box, "top">): Box {
  const rows = Math.ceil(total / columnsIn(size.width, shape));
  return { ...size, top: part * Math.max(0, rows * shape.height - size.height) };
}

const PART = fc.double({ min: 0, max: 1, noNaN: true });

test("all that is seen is drawn, each item once", () => {
  fc.assert(
    fc.property(TOTAL, SHAPE, PART, fc.record(SIZE), (total, shape, part, size) => {
      const box = boxIn(total, shape, part, size);
      const columns = columnsIn(box.width, shape);
      const slots = bySlot(drawnOf(total, box, shape));
      const drawn = new Set(slots);
      assert.equal(drawn.size, slots.length);
      const last = Math.ceil((box.top + box.height) / shape.height) * columns;
      for (let index = Math.floor(box.top / shape.height) * columns; index < last; index += 1) {
        assert.equal(drawn.has(index), index < total, `${index}`);
      }
    }),
  );
});

test("scrolling changes neither how many slots there are nor the slot of what stays", () => {
  fc.assert(
    fc.property(TOTAL, SHAPE, PART, PART, fc.record(SIZE), (total, shape, one, other, size) => {
      const before = bySlot(drawnOf(total, boxIn(total, shape, one, size), shape));
      const after = bySlot(drawnOf(total, boxIn(total, shape, other, size), shape));
      assert.equal(before.length, after.length);
      for (const [slot, index] of after.entries()) {
        const was = before.indexOf(index);
        assert.ok(was < 0 || was === slot);
      }
    }),
  );
});

test("keys walk by columns, pages and to both ends", () => {
  const box = { top: 0, width: 700, height: 420 };
  const rows = { height: 60, tile: 0 };
  const tiles = { height: 210, tile: 170 };
  const to = (key: string, shape: Shape) => movedBy(key, 20, 100, box, shape);
  assert.deepEqual(["ArrowDown", "PageUp", "Home", "End", "ArrowLeft"].map((key) => to(key, rows)), [
    21, 14, 0, 99, undefined,
  ]);
  assert.deepEqual(["ArrowDown", "PageUp", "ArrowRight", "a"].map((key) => to(key, tiles)), [
    24, 16, 21, undefined,
  ]);
});
