/** All nodes of the home by id and by directory: what every list is drawn from. */
import { type Node, TRASH } from "./node.ts";

export type Order = "name" | "updatedAt" | "size";

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

export class Tree {
  /** Counts changes. */
  version = 0;

  private readonly nodes = new Map<string, Node>();
  private readonly stamps = new Map<string, number>();
  private readonly below = new Map<string, Set<string>>();

  get size(): number {
    return this.nodes.size;
  }

  get(id: string): Node | undefined {
    return this.nodes.get(id);
  }

  /** Put a node in its place, taking it from where it was. */
  put(node: Node): void {
    const before = this.nodes.get(node.id);
    if (before && before.parent !== node.parent) {
      this.below.get(before.parent)?.delete(node.id);
      this.stamp(before.parent);
    }
    this.stamp(node.parent);
    this.nodes.set(node.id, node);
    const siblings = this.below.get(node.parent);
    if (siblings) siblings.add(node.id);
    else this.below.set(node.parent, new Set([node.id]));
  }

  remove(id: string): void {
    const before = this.nodes.get(id);
    if (!before) return;
    this.nodes.delete(id);
    this.below.get(before.parent)?.delete(id);
    this.stamp(before.parent);
  }

  /** Return a number that is another once something in a directory has changed. */
  stampOf(directory: string): number {
    return this.stamps.get(directory) ?? 0;
  }

  all(): IterableIterator<Node> {
    return this.nodes.values();
  }

  children(id: string): Node[] {
    const found: Node[] = [];
    for (const child of this.below.get(id) ?? []) {
      const node = this.nodes.get(child);
      if (node && node.id !== TRASH) found.push(node);
    }
    return found;
  }

  childNamed(id: string, name: string): Node | undefined {
    const wanted = name.normalize("NFC");
    return this.children(id).find((node) => node.name.normalize("NFC") === wanted);
  }

  /** The directories that lead to a node, the root first; the node itself is not among them. */
  ancestors(id: string): Node[] {
    const found: Node[] = [];
    const seen = new Set([id]);
    let above = this.nodes.get(id)?.parent;
    while (above && !seen.has(above)) {
      const node = this.nodes.get(above);
      if (!node) break;
      found.unshift(node);
      seen.add(above);
      above = node.parent;
    }
    return found;
  }

  isTrashed(id: string): boolean {
    return id === TRASH || this.ancestors(id).some((node) => node.id === TRASH);
  }

  /** Tell whether `id` lies in `directory`, or is it: a directory cannot go there. */
  isWithin(id: string, directory: string): boolean {
    return id === directory || this.ancestors(id).some((node) => node.id === directory);
  }

  private stamp(directory: string): void {
    this.version += 1;
    this.stamps.set(directory, this.version);
  }
}

/** Order nodes, directories first; equal ones by name. */
export function sorted(nodes: Node[], order: Order, descending: boolean): Node[] {
  const turn = descending ? -1 : 1;
  return nodes.sort((one, other) => {
    if (one.kind !== other.kind) return one.kind === "directory" ? -1 : 1;
    const first = order === "name" ? 0 : compare(one[order], other[order]);
    return turn * (first || collator.compare(one.name, other.name)) || compare(one.id, other.id);
  });
}

/**
 * Return nodes in the order that they had among those before, new ones last: what was in order once
 * is quickly put in order again, since a sort goes through what is sorted already but once.
 */
export function inOrderOf(before: readonly Node[], nodes: readonly Node[]): Node[] {
  const left = new Map(nodes.map((node) => [node.id, node]));
  const found: Node[] = [];
  for (const { id } of before) {
    const node = left.get(id);
    if (node && left.delete(id)) found.push(node);
  }
  return [...found, ...left.values()];
}

function compare<T extends string | number>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
