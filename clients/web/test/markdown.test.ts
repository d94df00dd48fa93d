/** Markdown's commonest forms are read, and no text whatever is lost or runs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { blocksOf, type Inline, inlinesOf } from "../src/parts/markdown.ts";

const said = (inlines: readonly Inline[]): string =>
  inlines.map((one) => ("inside" in one ? said(one.inside) : one.text)).join("");

test("headings, lists, quotes, code and rules are told apart", () => {
  const kinds = blocksOf(
    "# Title #\n\nSome\ntext\n- one\n- two\n\n3. three\n> said\n> so\n---\n```js\n# no title\n```\nend",
  );
  assert.deepEqual(
    kinds.map((block) => block.kind),
    ["heading", "paragraph", "list", "list", "quote", "rule", "code", "paragraph"],
  );
  const [title, text, list, ordered, quote, , code] = kinds;
  assert.equal(title?.kind === "heading" && said(title.inside), "Title");
  assert.equal(text?.kind === "paragraph" && said(text.inside), "Some text");
  assert.equal(list?.kind === "list" && list.items.length, 2);
  assert.equal(ordered?.kind === "list" && ordered.ordered, true);
  assert.equal(quote?.kind === "quote" && said(quote.inside), "said so");
  assert.equal(code?.kind === "code" && code.text, "# no title");
});

test("a table has a head, and rows with as many cells", () => {
  const [before, table, after] = blocksOf(
    "Who:\n\n| Day | Who |\n|:--|---|\n| Mon | **Léa** |\n| a \\| b |\n\nend | of\nit",
  );
  assert.equal(before?.kind, "paragraph");
  assert.equal(after?.kind, "paragraph"); // a line with a bar and no rule below it
  assert.ok(table?.kind === "table");
  assert.deepEqual(table.head.map(said), ["Day", "Who"]);
  assert.deepEqual(
    table.rows.map((row) => row.map(said)),
    [
      ["Mon", "Léa"],
      ["a | b", ""],
    ],
  );
});

test("emphasis, code and links inside a line, one in the other", () => {
  assert.deepEqual(inlinesOf("a **b *c*** `**d**`"), [
    { kind: "text", text: "a " },
    { kind: "strong", inside: [{ kind: "text", text: "b *c" }] },
    { kind: "text", text: "* " },
    { kind: "code", text: "**d**" },
  ]);
  assert.deepEqual(inlinesOf("[**x**](https://example.org)"), [
    {
      kind: "link",
      to: "https://example.org",
      inside: [{ kind: "strong", inside: [{ kind: "text", text: "x" }] }],
    },
  ]);
  assert.equal(said(inlinesOf("5 * 3 * 2 = 30")), "5 * 3 * 2 = 30");
});

test("a link that would run something stays text", () => {
  for (const to of ["javascript:alert(1)", "data:text/html,x", "/files/x", "JAVASCRIPT:x"]) {
    const read = inlinesOf(`[a](${to})`);
    assert.ok(read.every((inline) => inline.kind === "text"));
    assert.equal(said(read), `[a](${to})`);
  }
});

test("every word of any text is still there", () => {
  const unit = fc.constantFrom("a", "b", " ", "\n", "*", "_", "`", "#", "-", ">", "[", "]", "1. ");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
      const words = (of: string) => of.replace(/[^ab]/g, "");
      const fences = /^\s*(```+|~~~+)/m.test(text);
      const told = blocksOf(text)
        .map((block) => {
          if (block.kind === "list") return block.items.map(said).join("");
          if (block.kind === "code") return block.text;
          return "inside" in block ? said(block.inside) : "";
        })
        .join("");
      if (!fences) assert.equal(words(told), words(text));
    }),
    { numRuns: 500 },
  );
});
