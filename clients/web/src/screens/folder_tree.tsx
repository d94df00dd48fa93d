/** The folders of the home as a tree with their sizes, to pick some of them. */
import { useMemo, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { useDrive } from "../parts/use_drive.ts";
import { type Node, ROOT } from "../replica/node.ts";
import { sizesOf } from "../replica/sizes.ts";
import { sorted } from "../replica/tree.ts";
import { bytes, t } from "../words/words.ts";

interface Props {
  readonly picked: ReadonlySet<string>;
  readonly onPick: (picked: ReadonlySet<string>) => void;
}

export function FolderTree({ picked, onPick }: Props) {
  const { tree } = useDrive();
  const sizes = useMemo(() => sizesOf(tree), [tree.version]);
  // What is picked can be seen at once: the folders above it are open.
  const [open, unfold] = useState<ReadonlySet<string>>(
    () => new Set([...picked].flatMap((id) => tree.ancestors(id).map((above) => above.id))),
  );
  const turn = (set: ReadonlySet<string>, id: string): ReadonlySet<string> => {
    const next = new Set(set);
    if (!next.delete(id)) next.add(id);
    return next;
  };
  const below = (id: string): Node[] =>
    sorted(
      tree.children(id).filter((node) => node.kind === "directory"),
      "name",
      false,
    );

  function level(id: string, covered: boolean) {
    const folders = below(id);
    if (!folders.length) return null;
    return (
      <ul class="folders" {...(id === ROOT && { "aria-label": t("folders") })}>
        {folders.map((folder) => {
          const inside = covered || picked.has(folder.id);
          const leads = tree.children(folder.id).some((node) => node.kind === "directory");
          return (
            <li key={folder.id}>
              <div class="folder">
                {leads ? (
                  <button
                    type="button"
                    class="plain round"
                    aria-expanded={open.has(folder.id)}
                    aria-label={t("foldersIn", { name: folder.name })}
                    onClick={() => unfold(turn(open, folder.id))}
                  >
                    <Icon name="forward" />
                  </button>
                ) : (
                  <span class="round" />
                )}
                <label>
                  <input
                    type="checkbox"
                    checked={inside}
                    disabled={covered}
                    onChange={() => onPick(turn(picked, folder.id))}
                  />
                  <span class="name">{folder.name}</span>
                  <span class="quiet">{bytes(sizes.get(folder.id) ?? 0)}</span>
                </label>
              </div>
              {open.has(folder.id) && level(folder.id, inside)}
            </li>
          );
        })}
      </ul>
    );
  }

  return level(ROOT, false);
}
