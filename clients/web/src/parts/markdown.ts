/** What Markdown says, as far as notes use it (CommonMark's commonest forms): pure, no HTML. */
import { cellsOf, isTable } from "./markdown_table.ts";

export type Inline =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "strong" | "em"; readonly inside: readonly Inline[] }
  | { readonly kind: "link"; readonly to: string; readonly inside: readonly Inline[] };

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly inside: readonly Inline[] }
  | { readonly kind: "paragraph" | "quote"; readonly inside: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | {
      readonly kind: "table";
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "rule" };

const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const QUOTE = /^>\s?(.*)$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const FENCE = /^\s*(```+|~~~+)/;
const INLINE =
  /`([^`]+)`|\*\*(.+?)\*\*|__(.+?)__|\*([^*\s](?:[^*]*[^*\s])?)\*|\[([^\]]+)\]\(([^)\s]+)\)/;
const SAFE = /^(?:https?:|mailto:)/i;

/** Read a text as blocks; what is no form that is known is a paragraph. */
export function blocksOf(text: string): Block[] {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const [block, next] = blockAt(lines, at);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

type Read = readonly [Block | undefined, number];

function blockAt(lines: readonly string[], at: number): Read {
  const line = lines[at] ?? "";
  const fence = FENCE.exec(line)?.[1];
  if (fence) return fenced(lines, at, fence);
  if (line.trim() === "") return [undefined, at + 1];
  const [, marks, title] = HEADING.exec(line) ?? [];
  if (marks) return [{ kind: "heading", level: marks.length, inside: inlinesOf(title ?? "") }, at + 1];
  if (RULE.test(line)) return [{ kind: "rule" }, at + 1];
  if (ITEM.test(line)) return list(lines, at);
  if (QUOTE.test(line)) {
    const [quoted, next] = taken(lines, at, (each) => QUOTE.exec(each)?.[1]);
    return [{ kind: "quote", inside: inlinesOf(quoted.join(" ")) }, next];
  }
  if (isTable(line, lines[at + 1] ?? "")) return table(lines, at);
  const [said, next] = taken(lines, at, (each, first) =>
    !first && (each.trim() === "" || begins(each)) ? undefined : each,
  );
  return [{ kind: "paragraph", inside: inlinesOf(said.join(" ")) }, next];
}

function begins(line: string): boolean {
  return [HEADING, ITEM, QUOTE, RULE, FENCE].some((form) => form.test(line));
}

function fenced(lines: readonly string[], at: number, fence: string): Read {
  const [inside, next] = taken(lines, at + 1, (each) =>
    each.trim().startsWith(fence) ? undefined : each,
  );
  return [{ kind: "code", text: inside.join("\n") }, next + 1];
}

function list(lines: readonly string[], at: number): Read {
  const ordered = ITEM.exec(lines[at] ?? "")?.[1] !== undefined;
  const [items, next] = taken(lines, at, (each) => ITEM.exec(each)?.[2]);
  return [{ kind: "list", ordered, items: items.map(inlinesOf) }, next];
}

/** Rows have the cells of the head: what is missing is empty, what is too much is shown too. */
function table(lines: readonly string[], at: number): Read {
  const head = cellsOf(lines[at] ?? "");
  const [rows, next] = taken(lines, at + 2, (each) =>
    each.trim() === "" || begins(each) ? undefined : each,
  );
  const cells = rows.map((row) => {
    const found = cellsOf(row);
    return [...found, ...head.slice(found.length).map(() => "")].map(inlinesOf);
  });
  return [{ kind: "table", head: head.map(inlinesOf), rows: cells }, next];
}

/** Take lines for as long as they say something. */
function taken(
  lines: readonly string[],
  at: number,
  said: (line: string, first: boolean) => string | undefined,
): readonly [string[], number] {
  const found: string[] = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const text = said(lines[next] ?? "", next === at);
    if (text === undefined) break;
    found.push(text);
  }
  return [found, next];
}

/** Read a line's own forms; links lead to the web and to mail alone. */
export function inlinesOf(text: string): Inline[] {
  const found = INLINE.exec(text);
  if (!found) return text ? [{ kind: "text", text }] : [];
  const before: Inline[] = found.index ? [{ kind: "text", text: text.slice(0, found.index) }] : [];
  const rest = inlinesOf(text.slice(found.index + found[0].length));
  return [...before, formed(found), ...rest];
}

function formed([whole, code, strong, strong2, em, label, to]: RegExpExecArray): Inline {
  if (code !== undefined) return { kind: "code", text: code };
  const bold = strong ?? strong2;
  if (bold !== undefined) return { kind: "strong", inside: inlinesOf(bold) };
  if (em !== undefined) return { kind: "em", inside: inlinesOf(em) };
  if (to !== undefined && SAFE.test(to)) return { kind: "link", to, inside: inlinesOf(label ?? "") };
  return { kind: "text", text: whole };
}
