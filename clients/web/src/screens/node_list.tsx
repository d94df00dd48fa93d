/** A list of files and directories: selection, actions, keys. All screens with files use it. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { hasOffice } from "../home/session.ts";
import { chosen, choose, keepUp } from "../kept.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { address, go } from "../parts/route.ts";
import { Rows } from "../parts/rows.tsx";
import { Thumbnail } from "../parts/thumbnail.tsx";
import { useDrive } from "../parts/use_drive.ts";
import { type Node, ROOT } from "../replica/node.ts";
import { bytes, count, date, t } from "../words/words.ts";
import {
  destroy,
  download,
  edit,
  favour,
  isOffice,
  move,
  rename,
  restore,
  tag,
  throwAway,
} from "./actions.ts";
import { DetailsDialog } from "./details.tsx";
import { canBeDragged, takesDropped } from "./dropped.ts";
import { AskDialog, NameDialog, PlaceDialog, TagDialog } from "./dialogs.tsx";
import { ShareDialog } from "./share.tsx";
import { say } from "./saying.tsx";
import { Viewer } from "./viewer.tsx";

interface Props {
  readonly nodes: readonly Node[];
  readonly label: string;
  readonly inTrash?: boolean;
  /** Each row says where its node lies. */
  readonly places?: boolean;
  readonly empty: ComponentChildren;
  readonly onUp?: () => void;
}

type Asked =
  | { readonly what: "menu" | "rename" | "tags" | "share" | "details"; readonly node: Node }
  | { readonly what: "move" | "destroy"; readonly nodes: readonly Node[] }
  | { readonly what: "view"; readonly node: Node };

interface Action {
  readonly icon: IconName;
  readonly says: string;
  readonly does: () => void;
  readonly single?: boolean;
}

export function NodeList({ nodes, label, inTrash = false, places = false, empty, onUp }: Props) {
  const drive = useDrive();
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  const [asked, wonder] = useState<Asked>();
  useEffect(() => select(new Set()), [label]);
  // A window says that it has closed a moment later, when another may be open.
  const [office, offer] = useState(false);
  useEffect(() => void hasOffice().then(offer), [drive.reach]);
  const done = () => wonder((now) => (now === asked ? undefined : now));
  const marked = nodes.filter((node) => selected.has(node.id));

  function toggle(id: string): void {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    select(next);
  }

  function open(node: Node): void {
    if (node.kind === "directory" && !inTrash) go({ screen: "files", id: node.id });
    else wonder({ what: node.kind === "file" ? "view" : "details", node });
  }

  function actionsFor(these: readonly Node[]): Action[] {
    const [node] = these;
    if (!node) return [];
    const after = (work: Promise<void>) => {
      select(new Set());
      void work.catch((error: unknown) => say(error));
    };
    if (inTrash) {
      return [
        { icon: "undo", says: t("restore"), does: () => after(restore(drive, these)) },
        {
          icon: "bin",
          says: t("destroy"),
          does: () => wonder({ what: "destroy", nodes: these }),
        },
      ];
    }
    const favoured = these.every((each) => each.favourite);
    const keeping = chosen();
    const isKept = these.every((each) => keeping.has(each.id));
    const editable = office && node.kind === "file" && isOffice(node);
    return [
      ...(editable
        ? [{ icon: "pencil" as const, says: t("edit"), single: true, does: () => edit(node) }]
        : []),
      { icon: "download", says: t("download"), does: () => after(download(these)) },
      { icon: "link", says: t("share"), single: true, does: () => wonder({ what: "share", node }) },
      {
        icon: "pencil",
        says: t("rename"),
        single: true,
        does: () => wonder({ what: "rename", node }),
      },
      { icon: "move", says: t("move"), does: () => wonder({ what: "move", nodes: these }) },
      {
        icon: "star",
        says: t(favoured ? "unfavour" : "favour"),
        does: () => after(favour(drive, these, !favoured)),
      },
      { icon: "tag", says: t("tags"), single: true, does: () => wonder({ what: "tags", node }) },
      {
        icon: "pin",
        says: t(isKept ? "unkeep" : "keep"),
        does: () => {
          for (const each of these) choose(each.id, !isKept);
          after(keepUp(drive));
        },
      },
      {
        icon: "info",
        says: t("details"),
        single: true,
        does: () => wonder({ what: "details", node }),
      },
      { icon: "bin", says: t("throwAway"), does: () => after(throwAway(drive, these)) },
    ];
  }

  function pressed(event: KeyboardEvent, node: Node | undefined): void {
    const these = marked.length ? marked : node ? [node] : [];
    const keys: Record<string, () => void> = {
      Enter: () => node && open(node),
      " ": () => node && toggle(node.id),
      F2: () => node && !inTrash && wonder({ what: "rename", node }),
      Delete: () =>
        inTrash
          ? these.length && wonder({ what: "destroy", nodes: these })
          : void throwAway(drive, these).then(() => select(new Set())),
      Escape: () => select(new Set()),
      Backspace: () => onUp?.(),
      ContextMenu: () => node && wonder({ what: "menu", node }),
    };
    if (event.target !== event.currentTarget) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "a") {
      event.preventDefault();
      select(new Set(nodes.map((each) => each.id)));
      return;
    }
    const does = keys[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }

  const keeping = chosen();
  const draw = (node: Node) => (
    <>
      <span role="gridcell" class="cell mark">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`${t("select")} ${node.name}`}
          checked={selected.has(node.id)}
          onChange={() => toggle(node.id)}
        />
      </span>
      <span role="gridcell" class="cell what">
        <a
          tabIndex={-1}
          href={
            node.kind === "directory" && !inTrash
              ? address({ screen: "files", id: node.id })
              : location.hash || "#/"
          }
          onClick={(event) => {
            event.preventDefault();
            open(node);
          }}
        >
          <Thumbnail node={node} />
          <span class="words">
            <span class="name">{node.name}</span>
            <span class="about">
              {node.waiting && <Icon name="clock" />}
              {node.favourite && <Icon name="star" filled />}
              {keeping.has(node.id) && <Icon name="pin" />}
              {node.tags.map((each) => (
                <span class="tag" key={each}>
                  {each}
                </span>
              ))}
              {places && <span>{drive.tree.path(node.id)}</span>}
              <span class="narrow-only">
                {[node.kind === "file" ? bytes(node.size) : "", date(node.updatedAt)]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </span>
          </span>
        </a>
      </span>
      <span role="gridcell" class="cell when wide-only">
        {date(node.updatedAt)}
      </span>
      <span role="gridcell" class="cell size wide-only">
        {node.kind === "file" ? bytes(node.size) : ""}
      </span>
      <span role="gridcell" class="cell">
        <button
          type="button"
          class="plain round"
          tabIndex={-1}
          aria-label={t("actions", { name: node.name })}
          aria-haspopup="dialog"
          onClick={() => wonder({ what: "menu", node })}
        >
          <Icon name="more" />
        </button>
      </span>
    </>
  );

  return (
    <>
      {marked.length > 0 && (
        <div class="marked" role="toolbar" aria-label={count("selected", marked.length)}>
          <strong>{count("selected", marked.length)}</strong>
          {actionsFor(marked)
            .filter((action) => !action.single || marked.length === 1)
            .map((action) => (
              <button
                type="button"
                class="plain round"
                key={action.says}
                aria-label={action.says}
                title={action.says}
                onClick={action.does}
              >
                <Icon name={action.icon} />
              </button>
            ))}
          <button
            type="button"
            class="plain round"
            aria-label={t("cancel")}
            onClick={() => select(new Set())}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
      {nodes.length === 0 ? (
        <div class="empty" id="list" tabIndex={-1}>
          {drive.loaded && empty}
        </div>
      ) : (
        <Rows
          items={nodes}
          label={label}
          keyOf={(node) => node.id}
          isSelected={(node) => selected.has(node.id)}
          draw={draw}
          onKey={pressed}
          {...(!inTrash && {
            handlers: (node: Node) => ({
              ...canBeDragged(marked.includes(node) ? marked : [node]),
              ...(node.kind === "directory" ? takesDropped(drive, node.id) : {}),
            }),
          })}
        />
      )}
      {asked && <Question asked={asked} nodes={nodes} onDone={done} actionsFor={actionsFor} />}
    </>
  );
}

interface QuestionProps {
  readonly asked: Asked;
  readonly nodes: readonly Node[];
  readonly onDone: () => void;
  readonly actionsFor: (nodes: readonly Node[]) => Action[];
}

function Question({ asked, nodes, onDone, actionsFor }: QuestionProps) {
  const drive = useDrive();
  switch (asked.what) {
    case "menu":
      return (
        <Dialog title={asked.node.name} shape="sheet" onClose={onDone}>
          <ul class="menu">
            {actionsFor([asked.node]).map((action) => (
              <li key={action.says}>
                <button
                  type="button"
                  class="plain"
                  onClick={() => {
                    onDone();
                    action.does();
                  }}
                >
                  <Icon name={action.icon} />
                  {action.says}
                </button>
              </li>
            ))}
          </ul>
        </Dialog>
      );
    case "rename":
      return (
        <NameDialog
          title={t("rename")}
          parent={asked.node.parent}
          name={asked.node.name}
          does={t("rename")}
          onName={(name) => void rename(drive, asked.node, name)}
          onClose={onDone}
        />
      );
    case "tags":
      return (
        <TagDialog
          node={asked.node}
          onTags={(tags) => void tag(drive, asked.node, tags)}
          onClose={onDone}
        />
      );
    case "move":
      return (
        <PlaceDialog
          nodes={asked.nodes}
          onPlace={(place) => void move(drive, asked.nodes, place)}
          onClose={onDone}
        />
      );
    case "destroy":
      return (
        <AskDialog
          title={count("destroyAsk", asked.nodes.length)}
          warning={t("destroyWarn")}
          does={t("destroy")}
          onYes={() => void destroy(drive, asked.nodes)}
          onClose={onDone}
        />
      );
    case "share":
      return <ShareDialog node={asked.node} onClose={onDone} />;
    case "details":
      return <DetailsDialog node={asked.node} onClose={onDone} />;
    case "view":
      return (
        <Viewer
          node={asked.node}
          among={nodes.filter((node) => node.kind === "file")}
          onClose={onDone}
        />
      );
  }
}

/** Go to the directory above one, where there is one. */
export function above(node: Node | undefined): (() => void) | undefined {
  if (!node || node.id === ROOT) return undefined;
  return () => go({ screen: "files", id: node.parent || ROOT });
}
