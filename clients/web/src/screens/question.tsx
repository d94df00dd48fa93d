/** The window that is open over a list: a menu, a question, or a file looked at. */
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { useDrive } from "../parts/use_drive.ts";
import type { Node } from "../replica/node.ts";
import { count, t } from "../words/words.ts";
import { destroy, move, rename, tag } from "./actions.ts";
import type { Asked } from "./asked.ts";
import { DetailsDialog } from "./details.tsx";
import { AskDialog, NameDialog, PlaceDialog, TagDialog } from "./dialogs.tsx";
import type { Action } from "./node_actions.ts";
import { RewindDialog } from "./rewind.tsx";
import { ShareDialog } from "./share.tsx";
import { Viewer } from "./viewer.tsx";

interface Props {
  readonly asked: Asked;
  /** All that the list shows. */
  readonly nodes: readonly Node[];
  readonly onDone: () => void;
  readonly actions: (nodes: readonly Node[]) => Action[];
}

export function Question({ asked, nodes, onDone, actions }: Props) {
  const drive = useDrive();
  switch (asked.what) {
    case "menu":
      return <Menu node={asked.node} actions={actions([asked.node])} onDone={onDone} />;
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
          title={t("moveTo")}
          does={t("moveHere")}
          from={asked.nodes[0]?.parent}
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
    case "rewind":
      return <RewindDialog directory={asked.node} onClose={onDone} />;
    case "view": {
      const files = nodes.filter((node) => node.kind === "file");
      return <Viewer node={asked.node} among={files} onClose={onDone} />;
    }
  }
}

interface MenuProps {
  readonly node: Node;
  readonly actions: readonly Action[];
  readonly onDone: () => void;
}

function Menu({ node, actions, onDone }: MenuProps) {
  return (
    <Dialog title={node.name} shape="sheet" onClose={onDone}>
      <ul class="menu">
        {actions.map((action) => (
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
}
