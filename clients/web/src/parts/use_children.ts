/** What lies in a directory, in order; put in order anew only when something in it has changed. */
import { useMemo, useRef } from "preact/hooks";
import type { Node } from "../replica/node.ts";
import { inOrderOf, type Order, sorted } from "../replica/tree.ts";
import { useDrive } from "./use_drive.ts";

export function useChildren(directory: string, order: Order, descending: boolean): readonly Node[] {
  const { tree } = useDrive();
  const before = useRef<readonly Node[]>([]);
  return useMemo(() => {
    const nodes = inOrderOf(before.current, tree.children(directory));
    before.current = sorted(nodes, order, descending);
    return before.current;
  }, [tree.stampOf(directory), directory, order, descending]);
}
