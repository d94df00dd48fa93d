/** What can be done with files, put in words the drive understands. */
import type { Drive } from "../drive.ts";
import { ask, authorised, refusal } from "../home/api.ts";
import { keptContent } from "../kept.ts";
import type { Node } from "../replica/node.ts";
import { numbered } from "../outbox/sending.ts";
import { count, t } from "../words/words.ts";
import { say } from "./saying.tsx";

/** Say what was done, and offer the way back. */
export function undoable(what: string, back: () => Promise<void>): void {
  say(what, { does: t("undo"), act: back });
}

/** Tell whether a name could be one (cozy.md B7). */
export function isLegal(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0\n\r]/.test(name);
}

export async function makeDirectory(drive: Drive, parent: string, name: string): Promise<void> {
  await drive.do({ kind: "make", id: `new-${crypto.randomUUID()}`, parent, name });
}

export async function rename(drive: Drive, node: Node, name: string): Promise<void> {
  if (name === node.name) return;
  const { id, name: from } = node;
  await drive.do({ kind: "rename", id, from, to: name });
  undoable(t("didRename", { name }), () => drive.do({ kind: "rename", id, from: name, to: from }));
}

export async function move(drive: Drive, nodes: readonly Node[], to: string): Promise<void> {
  const moved: { id: string; parent: string }[] = [];
  for (const { id, parent } of nodes) {
    if (parent === to || drive.tree.isWithin(to, id)) continue;
    await drive.do({ kind: "move", id, from: parent, to });
    moved.push({ id, parent });
  }
  if (!moved.length) return;
  undoable(count("didMove", moved.length), async () => {
    for (const { id, parent } of moved) {
      await drive.do({ kind: "move", id, from: to, to: parent });
    }
  });
}

export async function throwAway(drive: Drive, nodes: readonly Node[]): Promise<void> {
  for (const { id, parent, md5 } of nodes) {
    await drive.do({ kind: "trash", id, from: parent, md5 });
  }
  const ids = nodes.map(({ id }) => id);
  if (nodes.length) undoable(count("didTrash", nodes.length), () => drive.takeBack("trash", ids));
}

export async function restore(drive: Drive, nodes: readonly Node[]): Promise<void> {
  const ids = nodes.map(({ id }) => id);
  for (const id of ids) await drive.do({ kind: "restore", id });
  undoable(count("didRestore", ids.length), () => drive.takeBack("restore", ids));
}

export async function destroy(drive: Drive, nodes: readonly Node[]): Promise<void> {
  for (const { id } of nodes) await drive.do({ kind: "destroy", id });
}

export async function favour(drive: Drive, nodes: readonly Node[], to: boolean): Promise<void> {
  const changed = nodes.filter(({ favourite }) => favourite !== to);
  for (const { id } of changed) await drive.do({ kind: "favourite", id, to });
  if (!changed.length) return;
  undoable(t(to ? "didFavour" : "didUnfavour"), async () => {
    for (const { id } of changed) await drive.do({ kind: "favourite", id, to: !to });
  });
}

export async function tag(drive: Drive, node: Node, tags: string[]): Promise<void> {
  const { id } = node;
  const before = [...node.tags];
  await drive.do({ kind: "tags", id, from: before, to: tags });
  undoable(t("didTag"), () => drive.do({ kind: "tags", id, from: tags, to: before }));
}

/** Take files in; what is dropped as a directory comes with what is in it. */
export async function uploadFiles(
  drive: Drive,
  parent: string,
  files: Iterable<File>,
): Promise<void> {
  const made = new Map<string, string>();
  for (const file of files) {
    const parts = file.webkitRelativePath.split("/").slice(0, -1);
    const directory = await directoryFor(drive, parent, parts, made);
    await uploadOne(drive, directory, file);
  }
}

export async function uploadOne(drive: Drive, parent: string, file: File): Promise<void> {
  let name = file.name;
  for (let number = 2; drive.tree.childNamed(parent, name); number += 1) {
    name = numbered(file.name, number);
  }
  const operation = {
    kind: "upload",
    id: `new-${crypto.randomUUID()}`,
    parent,
    name,
    size: file.size,
    mime: file.type,
    updatedAt: new Date(file.lastModified).toISOString(),
  } as const;
  await drive.do(operation, file);
}

export async function directoryFor(
  drive: Drive,
  parent: string,
  parts: readonly string[],
  made: Map<string, string>,
): Promise<string> {
  let above = parent;
  let path = "";
  for (const name of parts) {
    path += `/${name}`;
    let id = made.get(path) ?? drive.tree.childNamed(above, name)?.id;
    if (id === undefined) {
      id = `new-${crypto.randomUUID()}`;
      await drive.do({ kind: "make", id, parent: above, name });
    }
    made.set(path, id);
    above = id;
  }
  return above;
}

/** Return an address at which a content opens for a while without a token. */
export async function addressFor(node: Node): Promise<string> {
  const kept = await keptContent(node);
  if (kept) return URL.createObjectURL(kept);
  const id = encodeURIComponent(node.id);
  const { links } = await ask<{ links: { related: string } }>("POST", `/files/downloads?Id=${id}`);
  return links.related;
}

/** Save to the device: one file as it is, several and directories as an archive. */
export async function download(nodes: readonly Node[]): Promise<void> {
  const [node] = nodes;
  if (!node) return;
  if (nodes.length === 1 && node.kind === "file") {
    const address = await addressFor(node);
    save(address.startsWith("blob:") ? address : `${address}?Dl=1`, node.name);
    return;
  }
  const name = nodes.length === 1 ? node.name : "files";
  const { links } = await ask<{ links: { related: string } }>("POST", "/files/archive", {
    data: { type: "io.cozy.archives", attributes: { name, ids: nodes.map((each) => each.id) } },
  });
  save(links.related, `${name}.zip`);
}

/** Let the browser save what is at an address, under a name. */
export function save(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

const OFFICE = /officedocument|opendocument|msword|ms-excel|ms-powerpoint|\/rtf$/;

const OFFICE_NAME = /\.(do[ct][xm]?|od[tsp]|ot[tsp]|rtf|xl[st][xmb]?|p[op][ts][xm]?)$/i;

/** Tell whether a file is one for the office editor, whatever type its sender gave it. */
export function isOffice({ mime, name }: Node): boolean {
  return OFFICE.test(mime) || OFFICE_NAME.test(name);
}

/** Open a document in the office editor, beside this page. */
export function edit(node: Node): void {
  open(`/office/${encodeURIComponent(node.id)}/edit`, "_blank", "noopener");
}

/** Read a content as text, as far as is of use on a screen. */
export async function textOf(node: Node): Promise<string> {
  const kept = await keptContent(node);
  if (kept) return kept.slice(0, 1 << 20).text();
  const response = await authorised(`/files/download/${encodeURIComponent(node.id)}`, {
    headers: { Range: `bytes=0-${(1 << 20) - 1}` },
  });
  return response.text();
}

/** Fetch a PDF whole, for the browser's own viewer inside the page; returns its address there. */
export async function pdfOf(node: Node): Promise<string> {
  const content = (await keptContent(node)) ?? (await fetched(`/files/download/${encodeURIComponent(node.id)}`));
  // By this type and no other: what only says that it is a PDF is shown as a broken one.
  return URL.createObjectURL(new Blob([content], { type: "application/pdf" }));
}

/** Have the home make a PDF of an office document; returns its address in the page. */
export async function previewOf(node: Node): Promise<string> {
  const content = await fetched(`/office/${encodeURIComponent(node.id)}/preview`);
  return URL.createObjectURL(new Blob([content], { type: "application/pdf" }));
}

async function fetched(address: string): Promise<Blob> {
  const response = await authorised(address);
  if (!response.ok) throw refusal(response.status, await response.text());
  return response.blob();
}
