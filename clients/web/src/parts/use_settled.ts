/** A node as it is now: what was made here gets another id once the home has it. */
import type { Node } from "../replica/node.ts";
import { useDrive } from "./use_drive.ts";

export function useSettled(asked: Node): Node {
  const { settled, tree } = useDrive();
  return tree.get(settled.get(asked.id) ?? asked.id) ?? asked;
}
