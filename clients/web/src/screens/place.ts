/** Where a file lies, in words: the directories that lead to it; the top alone has its own name. */
import { type Node, ROOT } from "../replica/node.ts";
import type { Tree } from "../replica/tree.ts";
import { t } from "../words/words.ts";

export function placeOf(tree: Tree, { id }: Node): string {
  const above = tree.ancestors(id).filter((each) => each.id !== ROOT);
  return above.map(({ name }) => name).join(" / ") || t("files");
}
