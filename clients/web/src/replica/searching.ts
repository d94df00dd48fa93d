/** Search in names, tags and paths, without the network. */
import type { Node } from "./node.ts";
import type { Tree } from "./tree.ts";

/** Fold case and accents away: `Électricité` is found by `elec`. */
export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();
}

/**
 * Find the nodes that have every word in their name, tags or path; those whose names begin with the
 * first word come first, then the newest. What is in the trash is left out.
 */
export function search(tree: Tree, question: string, limit = 500): Node[] {
  const words = folded(question).split(/\s+/).filter(Boolean);
  const [first] = words;
  if (!first) return [];
  const paths = new Map<string, string>();
  const found: { node: Node; rank: number }[] = [];
  for (const node of tree.all()) {
    if (!node.parent || node.id.startsWith("io.cozy.files.")) continue;
    const name = folded(node.name);
    const own = `${name} ${folded(node.tags.join(" "))}`;
    const missing = words.filter((word) => !own.includes(word));
    if (missing.length && !inPath(tree, node, missing, paths)) continue;
    if (tree.isTrashed(node.id)) continue;
    found.push({ node, rank: rankOf(name, first, missing.length) });
  }
  found.sort((a, b) => a.rank - b.rank || (a.node.updatedAt < b.node.updatedAt ? 1 : -1));
  return found.slice(0, limit).map((each) => each.node);
}

function inPath(tree: Tree, node: Node, words: string[], paths: Map<string, string>): boolean {
  let path = paths.get(node.parent);
  if (path === undefined) {
    path = folded(`${tree.path(node.parent)}/${tree.get(node.parent)?.name ?? ""}`);
    paths.set(node.parent, path);
  }
  const lying = path;
  return words.every((word) => lying.includes(word));
}

function rankOf(name: string, first: string, missing: number): number {
  if (missing) return 3;
  if (name.startsWith(first)) return 0;
  return name.includes(` ${first}`) ? 1 : 2;
}
