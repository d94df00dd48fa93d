/** What a device sees of the files by its profile, as far as its rules can be told here: pure. */
import type { Profile, Rule } from "../home/devices.ts";
import type { Node } from "./node.ts";
import { memo, sizeOf } from "./sizes.ts";
import type { Tree } from "./tree.ts";

/** The choices that a person has without writing rules. */
export const CHOICES = [
  "everything",
  "include",
  "exclude",
  "photos-only",
  "no-media",
  "up-to-50-mb",
] as const;
export type Choice = (typeof CHOICES)[number];

/** Return which choice a profile is; undefined for rules of its own. */
export function choiceOf({ mode, rules }: Profile, preset = ""): Choice | undefined {
  const named = CHOICES.find((each) => each === preset);
  if (named) return named;
  if (mode === "all") return "everything";
  return rules.every(isFolder) ? mode : undefined;
}

export function foldersOf({ rules }: Profile): Set<string> {
  return new Set(rules.flatMap((rule) => (rule.folder ? [rule.folder] : [])));
}

/** Return what is to be sent for a choice: a preset's name, or a mode with its folders. */
export function sentFor(choice: Choice, folders: Iterable<string>): object {
  if (choice !== "include" && choice !== "exclude") return { preset: choice };
  return { mode: choice, rules: [...folders].map((folder) => ({ folder })) };
}

/** Return how many bytes of files a choice shows. */
export function bytesSeen(tree: Tree, choice: Choice, folders: ReadonlySet<string>): number {
  const chosen = memo(
    (id) => folders.has(id) || tree.ancestors(id).some((above) => folders.has(above.id)),
  );
  return sizeOf(tree, (file) => isSeen(choice, file, () => chosen(file.parent)));
}

function isSeen(choice: Choice, file: Node, isChosen: () => boolean): boolean {
  switch (choice) {
    case "everything":
      return true;
    case "include":
      return isChosen();
    case "exclude":
      return !isChosen();
    case "photos-only":
      return file.class === "image";
    case "no-media":
      return !["image", "audio", "video"].includes(file.class);
    case "up-to-50-mb":
      return file.size <= 50_000_000;
  }
}

function isFolder(rule: Rule): boolean {
  return Boolean(rule.folder) && Object.keys(rule).every((key) => key === "folder");
}
