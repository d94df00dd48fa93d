/** What can be done with the files that are chosen, in the order in which it is offered. */
import type { Drive } from "../drive.ts";
import { choose, chosen, keepUp } from "../kept.ts";
import type { IconName } from "../parts/icon.tsx";
import type { Node } from "../replica/node.ts";
import { t } from "../words/words.ts";
import { download, edit, favour, isOffice, restore, throwAway } from "./actions.ts";
import type { Asked } from "./asked.ts";

export interface Action {
  readonly icon: IconName;
  readonly says: string;
  readonly does: () => void;
  /** It is about one file alone. */
  readonly single?: boolean;
}

export interface Doing {
  readonly drive: Drive;
  readonly inTrash: boolean;
  /** Whether office documents can be edited. */
  readonly office: boolean;
  /** Ask something first. */
  readonly ask: (asked: Asked) => void;
  /** Do it at once. */
  readonly after: (work: Promise<void>) => void;
}

export function actionsFor(nodes: readonly Node[], doing: Doing): Action[] {
  const [node] = nodes;
  if (!node) return [];
  return doing.inTrash ? inTrash(nodes, doing) : [...onOne(node, doing), ...onAll(nodes, doing)];
}

function inTrash(nodes: readonly Node[], { drive, ask, after }: Doing): Action[] {
  return [
    { icon: "undo", says: t("restore"), does: () => after(restore(drive, nodes)) },
    { icon: "bin", says: t("destroy"), does: () => ask({ what: "destroy", nodes }) },
  ];
}

function onOne(node: Node, { office, ask }: Doing): Action[] {
  const asks = (icon: IconName, says: string, what: Single): Action => ({
    icon,
    says,
    single: true,
    does: () => ask({ what, node }),
  });
  const editable = office && node.kind === "file" && isOffice(node);
  return [
    ...(editable
      ? [{ icon: "pencil" as const, says: t("edit"), single: true, does: () => edit(node) }]
      : []),
    asks("link", t("share"), "share"),
    asks("pencil", t("rename"), "rename"),
    asks("tag", t("tags"), "tags"),
    asks("info", t("details"), "details"),
    ...(node.kind === "directory" ? [asks("clock", t("rewind"), "rewind")] : []),
  ];
}

type Single = "share" | "rename" | "tags" | "details" | "rewind";

function onAll(nodes: readonly Node[], { drive, ask, after }: Doing): Action[] {
  const favoured = nodes.every((each) => each.favourite);
  const keeping = chosen();
  const isKept = nodes.every((each) => keeping.has(each.id));
  return [
    { icon: "download", says: t("download"), does: () => after(download(nodes)) },
    { icon: "move", says: t("move"), does: () => ask({ what: "move", nodes }) },
    {
      icon: "star",
      says: t(favoured ? "unfavour" : "favour"),
      does: () => after(favour(drive, nodes, !favoured)),
    },
    {
      icon: "pin",
      says: t(isKept ? "unkeep" : "keep"),
      does: () => {
        for (const each of nodes) choose(each.id, !isKept);
        after(keepUp(drive));
      },
    },
    { icon: "bin", says: t("throwAway"), does: () => after(throwAway(drive, nodes)) },
  ];
}
