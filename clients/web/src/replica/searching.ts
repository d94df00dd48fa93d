/** Search in names, tags and paths, without the network. */
import { type Node, TRASH } from "./node.ts";
import type { Tree } from "./tree.ts";

const PLAIN = /^[\x20-\x7e]*$/;

/** Fold case and accents away: `Électricité` is found by `elec`. */
export function folded(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();
}

const known = new WeakMap<Node, string>();

/** Return a node's name and tags, folded; they are folded once. */
export function words(node: Node): string {
  let found = known.get(node);
  if (found === undefined) {
    found = folded(node.tags.length ? `${node.name}\n${node.tags.join(" ")}` : node.name);
    known.set(node, found);
  }
  return found;
}

/**
 * Find the nodes that have every word in their name, tags or path; those whose names begin with the
 * first word come first, then the newest. What is in the trash is left out.
 */
export function search(tree: Tree, question: string, limit = 500): Node[] {
  const asked = folded(question).split(/\s+/).filter(Boolean);
  const [first] = asked;
  if (!first) return [];
  const places = new Places(tree);
  const ranks: Node[][] = [[], [], [], []];
  for (const node of tree.all()) {
    const own = words(node);
    const missing = asked.filter((word) => !own.includes(word));
    if (missing.length && !places.has(node.parent, missing)) continue;
    if (!node.parent || node.id.startsWith("io.cozy.files.")) continue;
    if (places.isTrashed(node.parent)) continue;
    ranks[missing.length ? 3 : rankOf(own, first)]?.push(node);
  }
  const found: Node[] = [];
  for (const rank of ranks) {
    if (found.length >= limit) break;
    rank.sort((one, other) => (one.updatedAt < other.updatedAt ? 1 : -1));
    found.push(...rank.slice(0, limit - found.length));
  }
  return found;
}

/** The directories of one search: their paths, folded, each made once. */
class Places {
  private readonly paths = new Map<string, string>();

  constructor(private readonly tree: Tree) {}

  has(id: string, wanted: readonly string[]): boolean {
    const path = this.path(id);
    return wanted.every((word) => path.includes(word));
  }

  isTrashed(id: string): boolean {
    return this.path(id).startsWith(IN_TRASH);
  }

  private path(id: string, depth = 0): string {
    const made = this.paths.get(id);
    if (made !== undefined) return made;
    const node = this.tree.get(id);
    let path = "";
    if (id === TRASH) path = IN_TRASH;
    else if (node?.parent && depth < DEEPEST) {
      path = `${this.path(node.parent, depth + 1)}/${words(node)}`;
    }
    this.paths.set(id, path);
    return path;
  }
}

const IN_TRASH = "\0";
const DEEPEST = 600;

function rankOf(own: string, first: string): number {
  if (own.startsWith(first)) return 0;
  return own.includes(` ${first}`) ? 1 : 2;
}
