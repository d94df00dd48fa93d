/** Small pictures of files, made by the home and kept in this browser once they were seen. */
import { ask } from "../home/api.ts";
import { reach } from "../home/session.ts";
import type { Node } from "../replica/node.ts";
import { passed } from "../replica/replica.ts";

const STORE = "foyer-thumbnails";
const WITH_PICTURE = new Set(["image", "video", "pdf"]);
const AT_ONCE = 4;
const SOON = [1_000, 3_000];

/** Cozy's names of sizes: they fit into 96, 640, 1280 and 1920 pixels. */
export type Size = "tiny" | "small" | "medium" | "large";

interface Links {
  readonly data: { readonly links?: { readonly [S in Size]?: string } };
}

let busy = 0;
const queue: (() => void)[] = [];

/** Where a picture is kept in this browser; "" for what has none. */
export function keyOf(node: Node, size: Size): string {
  if (!WITH_PICTURE.has(node.class) || !node.md5) return "";
  return `/kept/thumbnails/${size}/${encodeURIComponent(node.id)}/${encodeURIComponent(node.md5)}`;
}

/** Return a picture, asking the home where it was not seen yet; undefined where there is none. */
export async function pictureOf(
  node: Node,
  size: Size,
  unwanted: () => boolean = () => false,
): Promise<Blob | undefined> {
  const key = keyOf(node, size);
  if (!key) return undefined;
  const store = await caches.open(STORE);
  const kept = await store.match(key);
  if (kept) return kept.blob();
  await turn();
  try {
    if (unwanted()) return undefined;
    const { data } = await ask<Links>("GET", `/files/${encodeURIComponent(node.id)}`);
    const address = data.links?.[size];
    if (!address) return undefined;
    let response = await reach(address, {});
    for (const wait of SOON) {
      if (response.ok || unwanted()) break;
      await passed(wait); // it is being made
      response = await reach(address, {});
    }
    if (!response.ok) return undefined;
    await store.put(key, response.clone());
    return await response.blob();
  } catch {
    return undefined; // a picture less
  } finally {
    busy -= 1;
    queue.shift()?.();
  }
}

async function turn(): Promise<void> {
  if (busy >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  busy += 1;
}
