/** Who edits which documents, as it happens; nobody where no editor is connected. */
import { useEffect, useState } from "preact/hooks";
import { listen } from "../home/news.ts";
import { allEditing, type Editing, SESSIONS } from "../home/office.ts";
import { hasOffice } from "../home/session.ts";
import { useDrive } from "./use_drive.ts";

const NOBODY: ReadonlyMap<string, Editing> = new Map();

/** Return by the id of a file who is at it: the same map until that changes. */
export function useEditing(): ReadonlyMap<string, Editing> {
  const { reach } = useDrive();
  const [editing, found] = useState(NOBODY);
  useEffect(() => {
    let end = () => {};
    let over = false;
    const load = () => void allEditing().then(found, () => undefined);
    void hasOffice().then((office) => {
      if (!office || over) return;
      end = listen(SESSIONS, load);
      load();
    });
    return () => {
      over = true;
      end();
    };
  }, [reach]);
  return editing;
}
