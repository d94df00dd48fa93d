/** All nodes of the home by id and by directory: what every list is drawn from. */
import { type Node, TRASH } from "./node.ts";

export type Order = "name" | "updatedAt" | "size";

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

export class Tree {
  private readonly nodes = new Map<string, Node>();
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
    if (before && before.parent !== node.parent) this.below.get(before.parent)?.delete(node.id);
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

function compare<T extends string | number>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
