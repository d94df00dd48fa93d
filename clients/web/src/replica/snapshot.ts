/**
 * All nodes in one piece, as of a sequence of the copy: reading documents one by one takes PouchDB
 * a minute for a hundred thousand, reading this a moment. What changed since comes from the feed.
 */
import type { Node } from "./node.ts";

export interface Snapshot {
  readonly sequence: number;
  readonly nodes: Iterable<Node>;
}

type Row = readonly [
  id: string,
  kind: 0 | 1,
  name: string,
  parent: string,
  size: number,
  mime: string,
  family: string,
  md5: string,
  updatedAt: string,
  takenAt: string,
  tags: readonly string[],
  favourite: 0 | 1,
];

interface Kept {
  readonly format: number;
  readonly sequence: number;
  readonly rows: readonly Row[];
}

const FORMAT = 1;

/** Put a snapshot into text. */
export function packed({ sequence, nodes }: Snapshot): string {
  const rows: Row[] = [];
  for (const node of nodes) {
    rows.push([
      node.id,
      node.kind === "file" ? 1 : 0,
      node.name,
      node.parent,
      node.size,
      node.mime,
      node.class,
      node.md5,
      node.updatedAt,
      node.takenAt === node.updatedAt ? "" : node.takenAt,
      node.tags,
      node.favourite ? 1 : 0,
    ]);
  }
  const kept: Kept = { format: FORMAT, sequence, rows };
  return JSON.stringify(kept);
}

/** Read a snapshot; undefined when it is of another format. */
export function unpacked(text: string): { sequence: number; nodes: Node[] } | undefined {
  const { format, sequence, rows } = JSON.parse(text) as Kept;
  if (format !== FORMAT) return undefined;
  const nodes = rows.map(
    ([id, kind, name, parent, size, mime, family, md5, updatedAt, takenAt, tags, favourite]) => ({
      id,
      kind: kind ? ("file" as const) : ("directory" as const),
      name,
      parent,
      size,
      mime,
      class: family,
      md5,
      updatedAt,
      takenAt: takenAt || updatedAt,
      tags,
      favourite: favourite === 1,
    }),
  );
  return { sequence, nodes };
}

const STORE = "foyer-snapshot";
const ADDRESS = "/kept/snapshot";

export async function readSnapshot(): Promise<ReturnType<typeof unpacked>> {
  try {
    const found = await (await caches.open(STORE)).match(ADDRESS);
    return found && unpacked(await found.text());
  } catch {
    return undefined; // the documents are there as well
  }
}

export async function writeSnapshot(snapshot: Snapshot): Promise<void> {
  await (await caches.open(STORE)).put(ADDRESS, new Response(packed(snapshot)));
}
