/** The small picture of a file, kept in this browser once it was seen. */
import { useLayoutEffect, useState } from "preact/hooks";
import { ask } from "../home/api.ts";
import { reach } from "../home/session.ts";
import type { Node } from "../replica/node.ts";
import { passed } from "../replica/replica.ts";
import { Icon, iconOf } from "./icon.tsx";

export const STORE = "foyer-thumbnails";
const WITH_PICTURE = new Set(["image", "video", "pdf"]);
const AT_ONCE = 4;
const SOON = [1_000, 3_000];
const GLANCE = 60;
const MOST_DRAWN = 600;

interface Links {
  readonly data: { readonly links?: { readonly [S in Size]?: string } };
}

let busy = 0;
const queue: (() => void)[] = [];

type Size = "small" | "medium";

export function Thumbnail({ node, size = "small" }: { node: Node; size?: Size }) {
  const key = keyOf(node, size);
  const [, drawAgain] = useState(0);
  useLayoutEffect(() => {
    if (!key || drawn.has(key)) return undefined;
    return wish({ node, size, key, found: () => drawAgain((times) => times + 1) });
  }, [key]);
  const source = drawn.get(key);
  return (
    <span class={`picture ${node.kind}`}>
      {source ? <img src={source} alt="" /> : <Icon name={iconOf(node.kind, node.class)} />}
    </span>
  );
}

interface Wish {
  readonly node: Node;
  readonly size: Size;
  readonly key: string;
  readonly found: () => void;
}

const wishes = new Set<Wish>();
const wanted = new Set<Wish>();
let glancing = 0;

/** Have a picture looked for once scrolling rests: what only flies past is not. Returns the end of it. */
function wish(wish: Wish): () => void {
  wishes.add(wish);
  clearTimeout(glancing);
  glancing = setTimeout(lookForAll, GLANCE) as unknown as number;
  return () => {
    wishes.delete(wish);
    wanted.delete(wish);
  };
}

function lookForAll(): void {
  for (const wish of wishes) {
    wanted.add(wish);
    void lookFor(wish);
  }
  wishes.clear();
}

async function lookFor(wish: Wish): Promise<void> {
  const { node, size, key, found } = wish;
  const picture = await pictureOf(node, size, key, () => !wanted.has(wish));
  if (picture) keepDrawn(key, picture);
  if (wanted.delete(wish) && picture) found();
}

/** Where a picture is kept in this browser; "" for what has none. */
function keyOf(node: Node, size: Size): string {
  if (!WITH_PICTURE.has(node.class) || !node.md5) return "";
  return `/kept/thumbnails/${size}/${encodeURIComponent(node.id)}/${encodeURIComponent(node.md5)}`;
}

/** The pictures drawn last, by where they are kept: one that comes back is there at once. */
const drawn = new Map<string, string>();

function keepDrawn(key: string, picture: Blob): void {
  if (drawn.has(key)) return;
  drawn.set(key, URL.createObjectURL(picture));
  const [oldest] = drawn;
  if (drawn.size > MOST_DRAWN && oldest) {
    URL.revokeObjectURL(oldest[1]);
    drawn.delete(oldest[0]);
  }
}

async function pictureOf(
  node: Node,
  size: Size,
  key: string,
  unwanted: () => boolean,
): Promise<Blob | undefined> {
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
