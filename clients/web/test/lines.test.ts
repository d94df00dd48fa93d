/** A comparison loses no line of either text, and finds as much in common as there is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { differs, paired } from "../src/compare/lines.ts";

const lines = fc.array(fc.constantFrom("a", "b", "c", "", "d "), { maxLength: 12 });

function longest(one: readonly string[], other: readonly string[]): number {
  const table = [...one, ""].map(() => new Array<number>(other.length + 1).fill(0));
  for (let x = one.length - 1; x >= 0; x -= 1) {
    for (let y = other.length - 1; y >= 0; y -= 1) {
      const row = table[x] as number[];
      const next = table[x + 1] as number[];
      row[y] =
        one[x] === other[y]
          ? 1 + (next[y + 1] as number)
          : Math.max(next[y] as number, row[y + 1] as number);
    }
  }
  return table[0]?.[0] ?? 0;
}

test("both texts come back from the pairs, and what is common stands side by side", () => {
  fc.assert(
    fc.property(lines, lines, (one, other) => {
      const text = (all: readonly string[]) => all.map((line) => `${line}\n`).join("");
      const pairs = paired(text(one), text(other));
      const left = pairs.flatMap((pair) => (pair.old === undefined ? [] : [pair.old]));
      const right = pairs.flatMap((pair) => (pair.new === undefined ? [] : [pair.new]));
      assert.deepEqual(left, one);
      assert.deepEqual(right, other);
      const same = pairs.filter((pair) => !differs(pair)).length;
      assert.ok(same >= longest(one, other), `${same}`);
    }),
    { numRuns: 1000 },
  );
});

test("large texts that have nothing in common are paired as they stand", () => {
  const many = (letter: string) => Array.from({ length: 5_000 }, (_, n) => `${letter}${n}`).join("\n");
  const pairs = paired(many("a"), many("b"));
  assert.equal(pairs.length, 5_000);
  assert.ok(pairs.every(differs));
});

test("nothing differs between a text and itself, whatever its line ends", () => {
  assert.deepEqual(paired("a\r\nb\r\n", "a\nb").filter(differs), []);
  assert.deepEqual(paired("", ""), []);
});
