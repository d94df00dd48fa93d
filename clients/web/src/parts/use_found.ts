/** Asks the search, and asks again when the drive has changed; what was found stays meanwhile. */
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { Node } from "../replica/node.ts";
import type { Found, Question } from "../search/search_index.ts";
import { useDrive } from "./use_drive.ts";

export interface FoundNodes {
  readonly nodes: readonly Node[];
  readonly total: number;
}

/** Return what was found; undefined until the first answer. */
export function useFound(question: Question): FoundNodes | undefined {
  const drive = useDrive();
  const [found, show] = useState<Found>();
  // Not after the next frame: who types waits for it.
  useLayoutEffect(() => {
    let over = false;
    void drive.search.find(question).then((answer) => !over && show(answer));
    return () => {
      over = true;
    };
  }, [drive.tree.version, JSON.stringify(question)]);
  return useMemo(
    () =>
      found && {
        total: found.total,
        nodes: found.ids.flatMap((id) => drive.tree.get(id) ?? []),
      },
    [found, drive.tree.version],
  );
}
