/** A list of files and directories: selection, actions, keys. All screens with files use it. */
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { hasOffice } from "../home/session.ts";
import { chosen } from "../kept.ts";
import { Icon } from "../parts/icon.tsx";
import { go } from "../parts/route.ts";
import { type RowHandlers, Rows } from "../parts/rows.tsx";
import { useDrive } from "../parts/use_drive.ts";
import { useEditing } from "../parts/use_editing.ts";
import { useView } from "../parts/view.ts";
import { type Node, ROOT } from "../replica/node.ts";
import { count, t } from "../words/words.ts";
import { throwAway } from "./actions.ts";
import type { Asked } from "./asked.ts";
import { drag, dragLeave, dragOver, dropOn } from "./dropped.ts";
import { type Action, actionsFor } from "./node_actions.ts";
import { askedBy, NodeRow } from "./node_row.tsx";
import { placeOf } from "./place.ts";
import { Question } from "./question.tsx";
import { say } from "./saying.tsx";

interface Props {
  readonly nodes: readonly Node[];
  readonly label: string;
  readonly inTrash?: boolean;
  /** Each row says where its node lies. */
  readonly places?: boolean;
  readonly empty: ComponentChildren;
  readonly onUp?: () => void;
}

const GRID = { height: 208, tile: 168 };

export function NodeList({ nodes, label, inTrash = false, places = false, empty, onUp }: Props) {
  const drive = useDrive();
  const view = useView();
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  const [asked, wonder] = useState<Asked>();
  useEffect(() => select(new Set()), [label]);
  // A window says that it has closed a moment later, when another may be open.
  const [office, offer] = useState(false);
  useEffect(() => void hasOffice().then(offer), [drive.reach]);
  const done = () => wonder((now) => (now === asked ? undefined : now));
  const marked = selected.size ? nodes.filter((node) => selected.has(node.id)) : [];

  const actions = (these: readonly Node[]) =>
    actionsFor(these, {
      drive,
      inTrash,
      office,
      ask: wonder,
      after: (work) => {
        select(new Set());
        void work.catch((error: unknown) => say(error));
      },
    });

  function toggle(id: string): void {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    select(next);
  }

  function open(node: Node): void {
    if (node.kind === "directory" && !inTrash) go({ screen: "files", id: node.id });
    else wonder({ what: node.kind === "file" ? "view" : "details", node });
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
      ...(event.shiftKey && { F10: () => node && wonder({ what: "menu", node }) }),
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

  const kept = chosen();
  const editing = useEditing();
  const draw = useCallback(
    (node: Node, isSelected: boolean) => (
      <NodeRow
        node={node}
        view={view}
        place={places ? placeOf(drive.tree, node) : undefined}
        isSelected={isSelected}
        isKept={kept.has(node.id)}
        editing={editing.get(node.id)}
        leads={node.kind === "directory" && !inTrash}
      />
    ),
    [view, kept, editing, inTrash, label, places && drive.version],
  );
  const handlers: RowHandlers<Node> = {
    onChange: (_, node) => toggle(node.id),
    onClick: (event, node) => {
      const does = askedBy(event);
      if (does === "menu") wonder({ what: "menu", node });
      if (does !== "open") return;
      event.preventDefault();
      open(node);
    },
    ...(!inTrash && {
      onDragStart: (event, node) => drag(event, marked.includes(node) ? marked : [node]),
      onDragOver: (event, node) => node.kind === "directory" && dragOver(event),
      onDragLeave: dragLeave,
      onDrop: (event, node) => node.kind === "directory" && dropOn(event, drive, node.id),
    }),
  };

  return (
    <>
      {marked.length > 0 && (
        <Marked nodes={marked} actions={actions(marked)} onEnd={() => select(new Set())} />
      )}
      {nodes.length === 0 ? (
        <div class="empty" id="list" tabIndex={-1}>
          {drive.loaded && empty}
        </div>
      ) : (
        <Rows
          items={nodes}
          label={label}
          {...(view === "grid" && GRID)}
          isSelected={(node) => selected.has(node.id)}
          draw={draw}
          onKey={pressed}
          handlers={handlers}
        />
      )}
      {asked && <Question asked={asked} nodes={nodes} onDone={done} actions={actions} />}
    </>
  );
}

interface MarkedProps {
  readonly nodes: readonly Node[];
  readonly actions: readonly Action[];
  readonly onEnd: () => void;
}

/** What can be done with all that is selected. */
function Marked({ nodes, actions, onEnd }: MarkedProps) {
  const says = count("selected", nodes.length);
  return (
    <div class="marked" role="toolbar" aria-label={says}>
      <button type="button" class="plain round" aria-label={t("cancel")} onClick={onEnd}>
        <Icon name="close" />
      </button>
      <strong>
        <span class="wide-only">{says}</span>
        <span class="narrow-only" aria-hidden="true">
          {nodes.length}
        </span>
      </strong>
      {actions
        .filter((action) => !action.single || nodes.length === 1)
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
    </div>
  );
}

/** Go to the directory above one, where there is one. */
export function above(node: Node | undefined): (() => void) | undefined {
  if (!node || node.id === ROOT) return undefined;
  return () => go({ screen: "files", id: node.parent || ROOT });
}
