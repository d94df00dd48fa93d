/** What was found by its name, tags or place, here at once; and by its content, from the home. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { ask } from "../home/api.ts";
import { useDrive } from "../parts/use_drive.ts";
import { useFound } from "../parts/use_found.ts";
import { ViewButton } from "../parts/view_button.tsx";
import { type Filters, isNarrowed, written } from "../search/filters.ts";
import { count, t } from "../words/words.ts";
import { FilterBar } from "./filter_bar.tsx";
import { NodeList } from "./node_list.tsx";
import { Nothing } from "./nothing.tsx";

const MOST = 500;
const PAUSE = 250;

interface Elsewhere {
  readonly rows: readonly { readonly id: string }[];
}

interface Props {
  readonly question: string;
  readonly filters: Filters;
}

export function SearchScreen({ question, filters }: Props) {
  const { tree } = useDrive();
  const found = useFound({ words: question, filters, limit: MOST });
  const elsewhere = useContents(question, isNarrowed(filters));
  const nodes = useMemo(() => {
    const here = found?.nodes ?? [];
    const known = new Set(here.map((node) => node.id));
    const more = elsewhere.flatMap((id) => (known.has(id) ? [] : (tree.get(id) ?? [])));
    return [...here, ...more.filter((node) => !tree.isTrashed(node.id))];
  }, [tree.version, found, elsewhere]);
  const total = Math.max(found?.total ?? 0, nodes.length);
  return (
    <section class="screen" aria-label={t("search")}>
      <header class="head">
        <h1>{t("search")}</h1>
        <p class="quiet" role="status">
          {found && count("foundHere", total)}
        </p>
        <ViewButton />
      </header>
      <FilterBar question={question} filters={filters} />
      <NodeList
        nodes={nodes}
        label={`${t("search")} ${question}${written(filters)}`}
        places
        empty={found && <Nothing says={t("searchNone", { question })} hint={t("searchNoneHint")} />}
      />
    </section>
  );
}

/** Ask the home for files whose contents have the words, once who types pauses. */
function useContents(question: string, narrowed: boolean): readonly string[] {
  const [ids, found] = useState<readonly string[]>([]);
  useEffect(() => {
    found([]);
    if (!question.trim() || narrowed) return;
    const timer = setTimeout(() => {
      ask<Elsewhere>("GET", `/data/io.cozy.files/_search?limit=100&q=${encodeURIComponent(question)}`)
        .then(({ rows }) => found(rows.map((row) => row.id)))
        .catch(() => undefined); // what is here was searched; contents want the network
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [question, narrowed]);
  return ids;
}
