/** Bringing an old content of a file back; what the file held until then becomes a version itself. */
import { ask } from "../home/api.ts";
import { type Told, type Version, versionsOf } from "./who_changed.ts";

/** Ask what the home knows of a file. */
export function askTold(id: string): Promise<Told> {
  return ask<Told>("GET", `/files/${encodeURIComponent(id)}`);
}

/** Bring a version back. Returns the version that the file's content became, to go back to. */
export async function revert(file: string, { id }: Version): Promise<Version | undefined> {
  const known = new Set((await currentVersions(file)).map((version) => version.id));
  const part = id.split("/").at(-1) ?? "";
  await ask("POST", `/files/revert/${encodeURIComponent(file)}/${encodeURIComponent(part)}`);
  return (await currentVersions(file)).find((version) => !known.has(version.id));
}

async function currentVersions(file: string): Promise<Version[]> {
  return versionsOf(await askTold(file));
}
