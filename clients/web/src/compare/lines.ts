/** Two texts side by side, line by line (Myers, An O(ND) Difference Algorithm, 1986): pure. */

/** A row of the comparison: what the old text has there, and the new; undefined for nothing. */
export interface Pair {
  readonly old: string | undefined;
  readonly new: string | undefined;
}

/** Beyond so many differing lines all of them are shown as replaced: it would take too long. */
const MOST = 2_000;

/** Pair the lines of two texts; lines that both have in the same order stand beside each other. */
export function paired(old: string, current: string): Pair[] {
  const olds = linesOf(old);
  const news = linesOf(current);
  let head = 0;
  while (head < olds.length && head < news.length && olds[head] === news[head]) head += 1;
  let tail = 0;
  const most = Math.min(olds.length, news.length) - head;
  while (tail < most && olds[olds.length - 1 - tail] === news[news.length - 1 - tail]) tail += 1;
  const same = (from: number, to: number) =>
    olds.slice(from, to).map((line): Pair => ({ old: line, new: line }));
  const middle = changed(olds.slice(head, olds.length - tail), news.slice(head, news.length - tail));
  return [...same(0, head), ...middle, ...same(olds.length - tail, olds.length)];
}

/** Tell whether a row differs. */
export function differs({ old, new: current }: Pair): boolean {
  return old !== current;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}

/** Pair what is between the common beginning and end. */
function changed(olds: readonly string[], news: readonly string[]): Pair[] {
  const kept = olds.length + news.length > 2 * MOST ? [] : common(olds, news);
  const pairs: Pair[] = [];
  let [left, right] = [0, 0];
  for (const [old, current] of [...kept, [olds.length, news.length] as const]) {
    const gone = olds.slice(left, old);
    const come = news.slice(right, current);
    for (let at = 0; at < Math.max(gone.length, come.length); at += 1) {
      pairs.push({ old: gone[at], new: come[at] });
    }
    const line = olds[old];
    if (old < olds.length && line !== undefined) pairs.push({ old: line, new: line });
    [left, right] = [old + 1, current + 1];
  }
  return pairs;
}

type Kept = readonly (readonly [number, number])[];

/** Return the places of a longest common subsequence in both. */
function common(olds: readonly string[], news: readonly string[]): Kept {
  const reached = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let edits = 0; ; edits += 1) {
    trace.push(new Map(reached));
    for (let line = -edits; line <= edits; line += 2) {
      let x = begin(reached, line, edits);
      while (x < olds.length && x - line < news.length && olds[x] === news[x - line]) x += 1;
      reached.set(line, x);
      if (x >= olds.length && x - line >= news.length) return walkedBack(trace, olds, news);
    }
  }
}

/** Where a diagonal begins after so many edits: from the neighbour that has come further. */
function begin(reached: ReadonlyMap<number, number>, line: number, edits: number): number {
  const below = reached.get(line - 1) ?? -1;
  const above = reached.get(line + 1) ?? -1;
  return line === -edits || (line !== edits && below < above) ? above : below + 1;
}

function walkedBack(
  trace: readonly ReadonlyMap<number, number>[],
  olds: readonly string[],
  news: readonly string[],
): Kept {
  const kept: [number, number][] = [];
  let [x, y] = [olds.length, news.length];
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const reached = trace[edits] ?? new Map<number, number>();
    const line = x - y;
    const came = begin(reached, line, edits);
    while (x > came && y > 0 && x > 0 && y > came - line) {
      x -= 1;
      y -= 1;
      kept.unshift([x, y]);
    }
    if (edits === 0) break;
    const below = reached.get(line - 1) ?? -1;
    const above = reached.get(line + 1) ?? -1;
    const down = line === -edits || (line !== edits && below < above);
    x = down ? above : below;
    y = x - (down ? line + 1 : line - 1);
  }
  return kept;
}
