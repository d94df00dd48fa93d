/** A list of files and directories: selection, actions, keys. All screens with files use it. */
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { hasOffice } from "../home/session.ts";
import { chosen } from "../kept.ts";
import { Icon } from "../parts/icon.tsx";
import { all, extended, NONE, toggled } from "../parts/picking.ts";
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
  const [picked, pick] = useState(NONE);
  const extending = useRef(false);
  const [asked, wonder] = useState<Asked>();
  useEffect(() => pick(NONE), [label]);
  // A window says that it has closed a moment later, when another may be open.
  const [office, offer] = useState(false);
  useEffect(() => void hasOffice().then(offer), [drive.reach]);
  const done = () => wonder((now) => (now === asked ? undefined : now));
  const { ids: selected } = picked;
  const marked = selected.size ? nodes.filter((node) => selected.has(node.id)) : [];

  const actions = (these: readonly Node[]) =>
    actionsFor(these, {
      drive,
      inTrash,
      office,
      ask: wonder,
      after: (work) => {
        pick(NONE);
        void work.catch((error: unknown) => say(error));
      },
    });

  /** A click on a box is told before the box has changed. */
  function toggle(node: Node): void {
    pick(extending.current ? extended(picked, nodes, node) : toggled(picked, node));
    extending.current = false;
  }

  function open(node: Node): void {
    if (node.kind === "directory" && !inTrash) go({ screen: "files", id: node.id });
    else wonder({ what: node.kind === "file" ? "view" : "details", node });
  }

  function pressed(event: KeyboardEvent, node: Node | undefined): void {
    const these = marked.length ? marked : node ? [node] : [];
    const keys: Record<string, () => void> = {
      Enter: () => node && open(node),
      " ": () => node && toggle(node),
      F2: () => node && !inTrash && wonder({ what: "rename", node }),
      Delete: () =>
        inTrash
          ? these.length && wonder({ what: "destroy", nodes: these })
          : void throwAway(drive, these).then(() => pick(NONE)),
      Escape: () => pick(NONE),
      Backspace: () => onUp?.(),
      ContextMenu: () => node && wonder({ what: "menu", node }),
      ...(event.shiftKey && { F10: () => node && wonder({ what: "menu", node }) }),
    };
    if (event.target !== event.currentTarget) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "a") {
      event.preventDefault();
      pick(all(nodes));
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
    [view, kept, editing, inTrash, label, places && drive.tree.version],
  );
  const handlers: RowHandlers<Node> = {
    onChange: (_, node) => toggle(node),
    onClick: (event, node) => {
      extending.current = event.shiftKey;
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
        <Marked nodes={marked} actions={actions(marked)} onEnd={() => pick(NONE)} />
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
          onMove={(event, from, to) => {
            if (!event.shiftKey || !from || !to) return;
            const begun = selected.has(from.id) ? picked : toggled(picked, from);
            pick(extended(begun, nodes, to));
          }}
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
