/** The small questions: a name, a place, tags, whether to go on. */
import { useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { useDrive } from "../parts/use_drive.ts";
import { type Node, ROOT } from "../replica/node.ts";
import { sorted } from "../replica/tree.ts";
import { t } from "../words/words.ts";
import { isLegal } from "./actions.ts";

interface NameProps {
  readonly title: string;
  readonly parent: string;
  readonly name: string;
  readonly does: string;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

export function NameDialog({ title, parent, name, does, onName, onClose }: NameProps) {
  const drive = useDrive();
  const [value, change] = useState(name);
  const taken = value !== name && drive.tree.childNamed(parent, value) !== undefined;
  const wrong = value !== "" && !isLegal(value) ? t("nameIllegal") : taken ? t("nameTaken") : "";
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          if (isLegal(value) && !taken) onName(value);
          else event.preventDefault();
        }}
      >
        <label for="name">{t("name")}</label>
        <input
          id="name"
          type="text"
          autocomplete="off"
          autofocus
          value={value}
          aria-invalid={wrong !== ""}
          aria-describedby="name-wrong"
          onFocus={({ currentTarget }) => {
            const dot = name.lastIndexOf(".");
            currentTarget.setSelectionRange(0, dot > 0 ? dot : name.length);
          }}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
        <p id="name-wrong" class="wrong" role="alert">
          {wrong}
        </p>
        <div class="actions">
          <button type="submit" disabled={!isLegal(value) || taken}>
            {does}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface TagProps {
  readonly node: Node;
  readonly onTags: (tags: string[]) => void;
  readonly onClose: () => void;
}

export function TagDialog({ node, onTags, onClose }: TagProps) {
  const [value, change] = useState(node.tags.join(", "));
  const tags = () => [
    ...new Set(
      value
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ];
  return (
    <Dialog title={t("tags")} onClose={onClose}>
      <form method="dialog" onSubmit={() => onTags(tags())}>
        <label for="tags">
          {t("tags")} <span class="hint">{t("tagsHint")}</span>
        </label>
        <input
          id="tags"
          type="text"
          autofocus
          value={value}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
        <div class="actions">
          <button type="submit">{t("save")}</button>
        </div>
      </form>
    </Dialog>
  );
}

interface PlaceProps {
  readonly title: string;
  readonly does: string;
  /** The directory to begin at. */
  readonly from?: string | undefined;
  /** What is to be put somewhere: it cannot go into itself, and need not go where it is. */
  readonly nodes?: readonly Node[];
  readonly onPlace: (id: string) => void;
  readonly onClose: () => void;
}

/** Choose a directory, by walking there. */
export function PlaceDialog({ title, does, from, nodes = [], onPlace, onClose }: PlaceProps) {
  const { tree } = useDrive();
  const [id, go] = useState(from ?? ROOT);
  const here = tree.get(id);
  const below = tree
    .children(id)
    .filter((each) => each.kind === "directory" && !nodes.some((node) => node.id === each.id));
  const name = !here || here.id === ROOT ? t("files") : here.name;
  const pointless = nodes.length > 0 && nodes.every((node) => node.parent === id);
  return (
    <Dialog title={title} shape="sheet" onClose={onClose}>
      <p class="place">
        {here && here.id !== ROOT && (
          <button
            type="button"
            class="plain round"
            aria-label={t("up")}
            onClick={() => go(here.parent || ROOT)}
          >
            <Icon name="back" />
          </button>
        )}
        <strong aria-live="polite">{name}</strong>
      </p>
      <ul class="places">
        {sorted(below, "name", false).map((place) => (
          <li key={place.id}>
            <button type="button" class="plain" onClick={() => go(place.id)}>
              <Icon name="folder" />
              {place.name}
            </button>
          </li>
        ))}
      </ul>
      <div class="actions">
        <button
          type="button"
          disabled={pointless}
          onClick={() => {
            onPlace(id);
            onClose();
          }}
        >
          {does}
        </button>
      </div>
    </Dialog>
  );
}

interface AskProps {
  readonly title: string;
  readonly warning?: string;
  readonly does: string;
  readonly onYes: () => void;
  readonly onClose: () => void;
}

export function AskDialog({ title, warning, does, onYes, onClose }: AskProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      {warning && <p>{warning}</p>}
      <form method="dialog" class="actions" onSubmit={onYes}>
        <button type="submit" class="danger">
          {does}
        </button>
        <button type="button" class="second" autofocus onClick={onClose}>
          {t("cancel")}
        </button>
      </form>
    </Dialog>
  );
}
