/** The lists that cut across directories: recent, favourites, found, trash. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { ask } from "../home/api.ts";
import { useDrive } from "../parts/use_drive.ts";
import { type Node, TRASH } from "../replica/node.ts";
import { search } from "../replica/searching.ts";
import { sorted } from "../replica/tree.ts";
import { t } from "../words/words.ts";
import { AskDialog } from "./dialogs.tsx";
import { NodeList } from "./node_list.tsx";
import { say } from "./saying.tsx";

const MOST = 200;

export function RecentScreen() {
  const { tree, version } = useDrive();
  const nodes = useMemo(() => {
    const files = [...tree.all()].filter((node) => node.kind === "file");
    files.sort((one, other) => (one.updatedAt < other.updatedAt ? 1 : -1));
    return files.filter((node) => !tree.isTrashed(node.id)).slice(0, MOST);
  }, [version]);
  return <Listed title={t("recent")} nodes={nodes} none={t("recentNone")} />;
}

export function FavouritesScreen() {
  const { tree, version } = useDrive();
  const nodes = useMemo(
    () =>
      sorted(
        [...tree.all()].filter((node) => node.favourite && !tree.isTrashed(node.id)),
        "name",
        false,
      ),
    [version],
  );
  return <Listed title={t("favourites")} nodes={nodes} none={t("favouritesNone")} />;
}

interface Found {
  readonly rows: readonly { readonly id: string }[];
}

export function SearchScreen({ question }: { question: string }) {
  const { tree, version } = useDrive();
  const [elsewhere, found] = useState<readonly string[]>([]);
  useEffect(() => {
    found([]);
    if (!question.trim()) return;
    const timer = setTimeout(() => {
      ask<Found>("GET", `/data/io.cozy.files/_search?limit=100&q=${encodeURIComponent(question)}`)
        .then(({ rows }) => found(rows.map((row) => row.id)))
        .catch(() => undefined); // what is here was searched; contents want the network
    }, 250);
    return () => clearTimeout(timer);
  }, [question]);
  const nodes = useMemo(() => {
    const here = search(tree, question);
    const known = new Set(here.map((node) => node.id));
    const more = elsewhere.flatMap((id) => (known.has(id) ? [] : (tree.get(id) ?? [])));
    return [...here, ...more.filter((node) => !tree.isTrashed(node.id))];
  }, [version, question, elsewhere]);
  return <Listed title={t("search")} nodes={nodes} none={t("searchNone", { question })} />;
}

export function TrashScreen() {
  const drive = useDrive();
  const [asking, wonder] = useState(false);
  const nodes = useMemo(
    () => sorted(drive.tree.children(TRASH), "updatedAt", true),
    [drive.version],
  );
  return (
    <section class="screen" aria-label={t("trash")}>
      <header class="head">
        <h1>{t("trash")}</h1>
        {nodes.length > 0 && (
          <button type="button" class="danger small" onClick={() => wonder(true)}>
            {t("emptyTrash")}
          </button>
        )}
      </header>
      <NodeList nodes={nodes} label={t("trash")} inTrash empty={<h2>{t("trashNone")}</h2>} />
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
}

function Listed({ title, nodes, none }: ListedProps) {
  return (
    <section class="screen" aria-label={title}>
      <header class="head">
        <h1>{title}</h1>
      </header>
      <NodeList nodes={nodes} label={title} places empty={<h2>{none}</h2>} />
    </section>
  );
}
