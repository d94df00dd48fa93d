/** Who is at which office document, and which saves of it are not here yet (docs/office.md). */
import { askInPerson } from "./in_person.ts";

export const SESSIONS = "io.cozy.office.sessions";

export interface Editing {
  /** Those who have it open in an editor now. */
  readonly names: readonly string[];
  /** The editor holds changes that could not be stored. */
  readonly isUnsaved: boolean;
}

interface Session {
  readonly attributes: {
    readonly file_id: string;
    readonly editors: readonly { readonly name: string }[];
    readonly alarm: string;
  };
}

/** Return by the id of a file how it stands; only those that somebody edits or that are unsaved. */
export async function allEditing(): Promise<ReadonlyMap<string, Editing>> {
  const { data } = await askInPerson<{ data: readonly Session[] }>("GET", "/office/sessions");
  const found = new Map<string, Editing>();
  for (const { attributes } of data) {
    const { file_id: file, editors, alarm } = attributes;
    const before = found.get(file);
    found.set(file, {
      names: [...(before?.names ?? []), ...editors.map(({ name }) => name)],
      isUnsaved: alarm !== "" || (before?.isUnsaved ?? false),
    });
  }
  return found;
}
