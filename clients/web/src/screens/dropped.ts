/** What is dropped on the window: files, and directories with all that is in them. */
import type { Drive } from "../drive.ts";
import { directoryFor, uploadOne } from "./actions.ts";

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
