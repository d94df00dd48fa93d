/** Where a file lies, in words: the directories that lead to it, from the top. */
import { type Node, ROOT } from "../replica/node.ts";
import type { Tree } from "../replica/tree.ts";
import { t } from "../words/words.ts";

export function placeOf(tree: Tree, { id }: Node): string {
  return tree
    .ancestors(id)
    .map((above) => (above.id === ROOT ? t("files") : above.name))
    .join(" / ");
}
