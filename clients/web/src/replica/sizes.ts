/** How much lies in each directory, all below it counted: pure. */
import type { Node } from "./node.ts";
import { TRASH } from "./node.ts";
import type { Tree } from "./tree.ts";

/** Return bytes by the id of a directory, made in one pass over the tree. */
export function sizesOf(tree: Tree): ReadonlyMap<string, number> {
  const own = new Map<string, number>();
  const directories: Node[] = [];
  for (const node of tree.all()) {
    if (node.kind === "directory") directories.push(node);
    else own.set(node.parent, (own.get(node.parent) ?? 0) + node.size);
  }
  const sizes = new Map(own);
  for (const { id } of directories) {
    const size = own.get(id);
    if (!size) continue;
    for (const { id: above } of tree.ancestors(id)) sizes.set(above, (sizes.get(above) ?? 0) + size);
  }
  return sizes;
}

/** Return the bytes of files that pass, those in the trash left out. */
export function sizeOf(tree: Tree, passes: (file: Node) => boolean): number {
  let size = 0;
  const trashed = memo((id) => tree.isWithin(id, TRASH));
  for (const node of tree.all()) {
    if (node.kind === "file" && !trashed(node.parent) && passes(node)) size += node.size;
  }
  return size;
}

/** Remember what a function says of each directory: there are far fewer than files. */
export function memo(tell: (id: string) => boolean): (id: string) => boolean {
  const known = new Map<string, boolean>();
  return (id) => {
    let told = known.get(id);
    if (told === undefined) {
      told = tell(id);
      known.set(id, told);
    }
    return told;
  };
}
