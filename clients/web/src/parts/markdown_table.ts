/** Where a table of Markdown begins, and the cells of its lines (GitHub Flavored Markdown 4.10). */

const RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** Tell whether two lines begin a table: a head, and a rule with as many cells. */
export function isTable(head: string, rule: string): boolean {
  return (
    head.includes("|") && RULE.test(rule) && cellsOf(head).length === cellsOf(rule).length
  );
}

/** Return the cells of a line; a `|` behind a backslash belongs to a cell. */
export function cellsOf(line: string): string[] {
  const inside = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inside.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}
