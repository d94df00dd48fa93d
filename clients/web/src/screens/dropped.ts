/** What is dropped on the window: files, and directories with all that is in them. */
import type { Drive } from "../drive.ts";
import type { Node } from "../replica/node.ts";
import { directoryFor, move, uploadOne } from "./actions.ts";
import { say } from "./saying.tsx";

export async function takeDropped(
  drive: Drive,
  parent: string,
  dropped: DataTransfer,
): Promise<void> {
  const entries = [...dropped.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const made = new Map<string, string>();
  for (const entry of entries) await take(drive, parent, entry, [], made);
}

async function take(
  drive: Drive,
  parent: string,
  entry: FileSystemEntry,
  above: readonly string[],
  made: Map<string, string>,
): Promise<void> {
  const directory = await directoryFor(drive, parent, above, made);
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return uploadOne(drive, directory, file);
  }
  const inside = [...above, entry.name];
  await directoryFor(drive, parent, inside, made);
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (!some.length) return;
    for (const each of some) await take(drive, parent, each, inside, made);
  }
}

const OURS = "application/x-foyer-nodes";
let dragged: readonly Node[] = [];

/** Tell whether what is dragged comes from a list of ours, and not from outside. */
export function isOurs(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes(OURS) ?? false;
}

/** Begin to drag nodes. */
export function drag(event: DragEvent, nodes: readonly Node[]): void {
  dragged = nodes;
  event.dataTransfer?.setData(OURS, nodes.map((node) => node.id).join(" "));
}

/** Offer the row or step of the way under the pointer for what is dragged. */
export function dragOver(event: DragEvent): void {
  event.preventDefault();
  event.stopPropagation();
  mark(event, true);
}

export function dragLeave(event: DragEvent): void {
  mark(event, false);
}

/** Take what is dropped on a directory: nodes of ours are moved, files from outside sent. */
export function dropOn(event: DragEvent, drive: Drive, id: string): void {
  event.preventDefault();
  event.stopPropagation();
  mark(event, false);
  const work = isOurs(event)
    ? move(drive, dragged, id)
    : event.dataTransfer && takeDropped(drive, id, event.dataTransfer);
  void Promise.resolve(work).catch(say);
}

function mark({ target }: DragEvent, over: boolean): void {
  const place = target instanceof Element ? target.closest(".row, .way li") : null;
  place?.classList.toggle("over", over);
}
