/** Pictures in rows of equal height, each row of one month: pure. */
import type { Node } from "./node.ts";

export interface Shelf {
  readonly key: string;
  readonly nodes: readonly Node[];
  /** The first of its month. */
  readonly begins: boolean;
}

/** `2026-11`, or "" where it is not known when. */
export function monthOf(node: Node): string {
  return node.takenAt.slice(0, 7);
}

/** Put nodes, which are in order, into rows of so many; a month begins a row. */
export function shelved(nodes: readonly Node[], columns: number): Shelf[] {
  const shelves: { key: string; nodes: Node[]; begins: boolean }[] = [];
  let last = "none";
  for (const node of nodes) {
    const shelf = shelves.at(-1);
    const begins = monthOf(node) !== last;
    if (!shelf || begins || shelf.nodes.length === columns) {
      shelves.push({ key: node.id, nodes: [node], begins });
    } else shelf.nodes.push(node);
    last = monthOf(node);
  }
  return shelves;
}
