/** The lists that cut across directories: recent, favourites, trash. */
import { useMemo, useState } from "preact/hooks";
import { ask } from "../home/api.ts";
import { useChildren } from "../parts/use_children.ts";
import { useDrive } from "../parts/use_drive.ts";
import { useFound } from "../parts/use_found.ts";
import { ViewButton } from "../parts/view_button.tsx";
import { type Node, TRASH } from "../replica/node.ts";
import { sorted } from "../replica/tree.ts";
import { t } from "../words/words.ts";
import { AskDialog } from "./dialogs.tsx";
import { NodeList } from "./node_list.tsx";
import { Nothing } from "./nothing.tsx";
import { say } from "./saying.tsx";

const MOST = 200;

export function RecentScreen() {
  const found = useFound({ words: "", filters: { files: true }, limit: MOST });
  return <Listed title={t("recent")} nodes={found?.nodes ?? []} none={t("recentNone")} hint={t("emptyHint")} />;
}

export function FavouritesScreen() {
  const { tree } = useDrive();
  const nodes = useMemo(
    () =>
      sorted(
        [...tree.all()].filter((node) => node.favourite && !tree.isTrashed(node.id)),
        "name",
        false,
      ),
    [tree.version],
  );
  return (
    <Listed
      title={t("favourites")}
      nodes={nodes}
      none={t("favouritesNone")}
      hint={t("favouritesNoneHint")}
    />
  );
}

export function TrashScreen() {
  const [asking, wonder] = useState(false);
  const nodes = useChildren(TRASH, "updatedAt", true);
  return (
    <section class="screen" aria-label={t("trash")}>
      <header class="head">
        <h1>{t("trash")}</h1>
        <ViewButton />
        {nodes.length > 0 && (
          <button type="button" class="danger small" onClick={() => wonder(true)}>
            {t("emptyTrash")}
          </button>
        )}
      </header>
      <NodeList
        nodes={nodes}
        label={t("trash")}
        inTrash
        empty={<Nothing says={t("trashNone")} hint={t("trashNoneHint")} />}
      />
      {asking && (
        <AskDialog
          title={t("emptyTrashAsk")}
          warning={t("destroyWarn")}
          does={t("emptyTrash")}
          onYes={() => void ask("DELETE", "/files/trash").catch(say)}
          onClose={() => wonder(false)}
        />
      )}
    </section>
  );
}

interface ListedProps {
  readonly title: string;
  readonly nodes: readonly Node[];
  readonly none: string;
  readonly hint: string;
}

function Listed({ title, nodes, none, hint }: ListedProps) {
  return (
    <section class="screen" aria-label={title}>
      <header class="head">
        <h1>{title}</h1>
        <ViewButton />
      </header>
      <NodeList nodes={nodes} label={title} places empty={<Nothing says={none} hint={hint} />} />
    </section>
  );
}
