/** The small picture of a file, kept in this browser once it was seen. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../home/api.ts";
import { reach } from "../home/session.ts";
import type { Node } from "../replica/node.ts";
import { passed } from "../replica/replica.ts";
import { Icon, iconOf } from "./icon.tsx";

export const STORE = "foyer-thumbnails";
const WITH_PICTURE = new Set(["image", "video", "pdf"]);
const AT_ONCE = 4;
const SOON = [1_000, 3_000];

interface Links {
  readonly data: { readonly links?: { readonly [S in Size]?: string } };
}

let busy = 0;
const queue: (() => void)[] = [];

type Size = "small" | "medium";

export function Thumbnail({ node, size = "small" }: { node: Node; size?: Size }) {
  const [source, found] = useState<string>();
  useEffect(() => {
    found(undefined);
    if (!WITH_PICTURE.has(node.class) || !node.md5) return;
    let gone = false;
    let made = "";
    void pictureOf(node, size, () => gone).then((picture) => {
      if (!picture || gone) return;
      made = URL.createObjectURL(picture);
      found(made);
    });
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [node.id, node.md5, node.class, size]);
  return (
    <span class={`picture ${node.kind}`}>
      {source ? <img src={source} alt="" /> : <Icon name={iconOf(node.kind, node.class)} />}
    </span>
  );
}

async function pictureOf(
  node: Node,
  size: Size,
  unwanted: () => boolean,
): Promise<Blob | undefined> {
  const key = `/kept/thumbnails/${size}/${encodeURIComponent(node.id)}/${encodeURIComponent(node.md5)}`;
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
