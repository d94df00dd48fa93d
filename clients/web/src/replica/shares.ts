/** How a home's room is shared out among kinds of files: pure. */
import type { Usage } from "../home/settings.ts";
import { type Family, familyOf } from "../search/filters.ts";
import { TRASH } from "./node.ts";
import { memo } from "./sizes.ts";
import type { Tree } from "./tree.ts";

export type Part = Exclude<Family, "folder"> | "versions" | "trash";

export interface Share {
  readonly part: Part;
  /** Bytes. */
  readonly size: number;
}

/** Return what takes room, the largest first; versions and trash as the home counts them. */
export function sharesOf(tree: Tree, usage: Usage): Share[] {
  const sizes = new Map<Part, number>();
  const trashed = memo((id) => tree.isWithin(id, TRASH));
  for (const node of tree.all()) {
    if (node.kind === "directory" || trashed(node.parent)) continue;
    const part = familyOf(false, node.class) as Part;
    sizes.set(part, (sizes.get(part) ?? 0) + node.size);
  }
  sizes.set("versions", Number(usage.versions));
  sizes.set("trash", Number(usage.trash ?? 0));
  return [...sizes]
    .map(([part, size]) => ({ part, size }))
    .filter(({ size }) => size > 0)
    .sort((one, other) => other.size - one.size);
}
