/** A file or a directory as the app sees it, made from a document of `io.cozy.files`. */

export const ROOT = "io.cozy.files.root-dir";
export const TRASH = "io.cozy.files.trash-dir";

export interface Node {
  readonly id: string;
  readonly kind: "directory" | "file";
  readonly name: string;
  readonly parent: string;
  /** Bytes; 0 for directories. */
  readonly size: number;
  readonly mime: string;
  /** Cozy's family of types: image, video, audio, pdf, text, code, zip ... */
  readonly class: string;
  /** What changes when the content does. */
  readonly md5: string;
  /** RFC 3339. */
  readonly updatedAt: string;
  /** RFC 3339; for a photograph when it was taken, for all else when it was made. */
  readonly takenAt: string;
  readonly tags: readonly string[];
  readonly favourite: boolean;
  /** Has not reached the home yet: made here, without the network. */
  readonly waiting?: boolean;
}

interface FileDocument {
  readonly _id: string;
  readonly _deleted?: boolean;
  readonly type?: string;
  readonly name?: string;
  readonly dir_id?: string;
  readonly size?: string | number;
  readonly mime?: string;
  readonly class?: string;
  readonly md5sum?: string;
  readonly created_at?: string;
  readonly updated_at?: string;
  readonly metadata?: { readonly datetime?: string };
  readonly tags?: readonly string[];
  readonly cozyMetadata?: { readonly favorite?: boolean };
}

/** Make a node of a document; undefined for what is deleted or is none (a design document). */
export function nodeOf(document: FileDocument): Node | undefined {
  if (document._deleted || (document.type !== "file" && document.type !== "directory")) {
    return undefined;
  }
  return {
    id: document._id,
    kind: document.type,
    name: document.name ?? "",
    parent: document.dir_id ?? "",
    size: Number(document.size ?? 0),
    mime: document.mime ?? "",
    class: document.class ?? "",
    md5: document.md5sum ?? "",
    updatedAt: document.updated_at ?? "",
    takenAt: document.metadata?.datetime ?? document.created_at ?? document.updated_at ?? "",
    tags: document.tags ?? [],
    favourite: document.cozyMetadata?.favorite ?? false,
  };
}
