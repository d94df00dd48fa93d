/** The index finds what looking at every node would find, whatever was put and removed before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nodeOf, ROOT, TRASH } from "../src/replica/node.ts";
import { type Filters, familyOf, readFilters, spanOf, written } from "../src/search/filters.ts";
import { folded, wordsOf } from "../src/search/folding.ts";
import { type Row, SearchIndex } from "../src/search/search_index.ts";

const ids = ["a", "b", "c", "d", "e", "f"] as const;
const text = fc.string({ unit: fc.constantFrom("a", "É", "e", " ", "\n", "1"), maxLength: 6 });
const row: fc.Arbitrary<Row> = fc.record({
  id: fc.constantFrom(...ids),
  isDirectory: fc.boolean(),
  name: text,
  parent: fc.constantFrom(ROOT, TRASH, ...ids),
  size: fc.nat(9),
  class: fc.constantFrom("image", "pdf", "zip", ""),
  updatedAt: fc.constantFrom("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", ""),
  tags: fc.uniqueArray(fc.constantFrom("été", "a", "Work")),
});
const filters: fc.Arbitrary<Filters> = fc.oneof(
  fc.constant({}),
  fc.record({ family: fc.constantFrom("folder" as const, "image" as const, "other" as const) }),
  fc.record({ files: fc.constant(true as const) }),
  fc.record({ since: fc.constantFrom("2026-05-01", "1999-01-01") }),
  fc.record({ until: fc.constantFrom("2026-05-01", "2030-01-01") }),
  fc.record({ least: fc.nat(9) }),
  fc.record({ most: fc.nat(9) }),
  fc.record({ tag: fc.constantFrom("ETE", "work") }),
  fc.record({ within: fc.constantFrom(ROOT, ...ids) }),
);

/** All rows by id, and the rules in as few words as possible. */
class Model {
  readonly rows = new Map<string, Row>();

  above(id: string): string[] {
    const found: string[] = [];
    for (let at: string | undefined = id; at && !found.includes(at); at = this.directory(at)?.parent) {
      found.push(at);
    }
    return found;
  }

  directory(id: string): Row | undefined {
    const found = this.rows.get(id);
    return found?.isDirectory ? found : undefined;
  }

  own({ name, tags }: Row): string {
    return [name, ...tags].map(folded).join("\t");
  }

  find(question: string, { family, files, least, most, tag, within, ...dates }: Filters): string[] {
    const [first, last] = spanOf(dates);
    const words = wordsOf(question);
    const found: string[] = [];
    for (const each of this.rows.values()) {
      const above = this.above(each.parent);
      const path = above.flatMap((id) => this.directory(id) ?? []).map((one) => this.own(one));
      const changed = Date.parse(each.updatedAt) || 0;
      if (above.includes(TRASH) || (within !== undefined && !above.includes(within))) continue;
      if (!words.every((word) => [this.own(each), ...path].some((one) => one.includes(word)))) continue;
      if (family && familyOf(each.isDirectory, each.class) !== family) continue;
      if ((files || least || most !== undefined) && each.isDirectory) continue;
      if (each.size < (least ?? 0) || each.size > (most ?? 99)) continue;
      if (changed < first || changed >= last) continue;
      if (tag && !each.tags.some((one) => folded(one) === folded(tag))) continue;
      found.push(each.id);
    }
    return found;
  }
}

/** Without circles, which no home has: a directory lies in one that comes before it. */
function legal(each: Row): boolean {
  return !ids.includes(each.parent as "a") || each.parent < each.id;
}

test("the index finds what looking at every node finds", () => {
  const step = fc.oneof(row.filter(legal), fc.constantFrom(...ids));
  fc.assert(
    fc.property(fc.array(step), text, filters, (steps, question, narrowed) => {
      const index = new SearchIndex();
      const model = new Model();
      for (const each of steps) {
        if (typeof each === "string") {
          index.remove(each);
          model.rows.delete(each);
        } else {
          index.put(each);
          model.rows.set(each.id, each);
        }
      }
      const { ids: found, total } = index.find({ words: question, filters: narrowed, limit: 99 });
      assert.deepEqual([...found].sort(), model.find(question, narrowed).sort());
      assert.equal(total, found.length);
      assert.equal(index.size, model.rows.size);
    }),
    { numRuns: 1_000 },
  );
});

function indexOf(...documents: Parameters<typeof nodeOf>[0][]): SearchIndex {
  const index = new SearchIndex();
  for (const document of documents) {
    const node = nodeOf(document);
    assert.ok(node);
    index.put({ ...node, isDirectory: node.kind === "directory" });
  }
  return index;
}

const file = (id: string, dir_id: string, name: string, more: object = {}) => ({
  _id: id,
  type: "file",
  name,
  dir_id,
  ...more,
});

test("search folds case and accents, reads paths and tags, and leaves the trash out", () => {
  const index = indexOf(
    { _id: ROOT, type: "directory", name: "", dir_id: "" },
    { _id: TRASH, type: "directory", name: "trash", dir_id: ROOT },
    { _id: "bills", type: "directory", name: "Factures", dir_id: ROOT },
    file("power", "bills", "Électricité mars.pdf"),
    file("gas", "bills", "gaz.pdf", { tags: ["énergie"] }),
    file("old", TRASH, "électricité ancienne.pdf"),
  );
  const found = (words: string) => index.find({ words, filters: {}, limit: 9 }).ids;
  assert.deepEqual(found("ELECTRICITE"), ["power"]);
  assert.deepEqual(found("factures gaz"), ["gas"]);
  assert.deepEqual(found("energie"), ["gas"]);
  assert.deepEqual(found("rien"), []);
  assert.equal(folded("Œuf ÇÀ"), "œuf ca");
});

test("names that begin with the word come first, then the newest", () => {
  const at = (updated_at: string) => ({ updated_at });
  const index = indexOf(
    file("inside", ROOT, "xplan", at("2026-09-01T00:00:00Z")),
    file("second word", ROOT, "my plan", at("2026-08-01T00:00:00Z")),
    file("old", ROOT, "plan a", at("2026-01-01T00:00:00Z")),
    file("new", ROOT, "plan b", at("2026-02-01T00:00:00Z")),
  );
  const { ids: found, total } = index.find({ words: "plan", filters: {}, limit: 3 });
  assert.deepEqual(found, ["new", "old", "second word"]);
  assert.equal(total, 4);
});

test("of many the newest are found, and no more than are wanted", () => {
  const index = new SearchIndex();
  const day = (number: number) => new Date(number * 86_400_000).toISOString();
  const many = Array.from({ length: 10_000 }, (_, number) => (number * 7_919) % 10_000);
  for (const number of many) {
    const updatedAt = day(number);
    const name = `same ${number}`;
    const id = String(number);
    index.put({ id, isDirectory: false, name, parent: ROOT, size: 1, class: "", updatedAt, tags: [] });
  }
  const { ids: found, total } = index.find({ words: "same", filters: {}, limit: 3 });
  assert.deepEqual(found, ["9999", "9998", "9997"]);
  assert.equal(total, 10_000);
});

test("filters come back from the address as they were", () => {
  fc.assert(
    fc.property(filters, ({ files: _, ...narrowed }) => {
      assert.deepEqual({ ...readFilters(written(narrowed).slice(1)) }, { ...narrowed });
    }),
  );
});
