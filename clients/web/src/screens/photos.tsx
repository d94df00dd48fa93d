/** All pictures and films of the home by when they were taken, the newest first. */
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Rows } from "../parts/rows.tsx";
import { Thumbnail } from "../parts/thumbnail.tsx";
import { useDrive } from "../parts/use_drive.ts";
import type { Node } from "../replica/node.ts";
import { memo } from "../replica/sizes.ts";
import { monthOf, shelved, type Shelf } from "../replica/shelves.ts";
import { month, t } from "../words/words.ts";
import { Nothing } from "./nothing.tsx";
import { Viewer } from "./viewer.tsx";

const TILE = 148;

export function PhotosScreen() {
  const { tree } = useDrive();
  const box = useRef<HTMLElement>(null);
  const [columns, fit] = useState(4);
  const [shown, show] = useState<Node>();
  const [picked, pick] = useState<Picked>({ key: "", column: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      fit(Math.max(3, Math.floor(element.clientWidth / TILE))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const pictures = useMemo(() => {
    const trashed = memo((id) => tree.isTrashed(id));
    const found = [...tree.all()].filter(
      (node) => (node.class === "image" || node.class === "video") && !trashed(node.parent),
    );
    return found.sort((one, other) => (one.takenAt < other.takenAt ? 1 : -1));
  }, [tree.version]);
  const shelves = useMemo(() => shelved(pictures, columns), [pictures, columns]);
  const draw = useCallback(
    (shelf: Shelf) => <Tiles shelf={shelf} columns={columns} picked={picked} onShow={show} />,
    [columns, picked],
  );
  return (
    <section class="screen" aria-label={t("photos")} ref={box}>
      <header class="head">
        <h1>{t("photos")}</h1>
        <p class="unseen" role="status">
          {shelves.find((shelf) => shelf.key === picked.key)?.nodes[picked.column]?.name}
        </p>
        <Years shelves={shelves} />
      </header>
      {shelves.length === 0 ? (
        <div class="empty">
          <Nothing says={t("photosNone")} hint={t("photosNoneHint")} />
        </div>
      ) : (
        <Rows
          items={shelves}
          label={t("photos")}
          height={TILE}
          isSelected={() => false}
          onKey={(event, shelf) => {
            if (!shelf) return;
            const column = picked.key === shelf.key ? picked.column : 0;
            if (event.key === "Enter") show(shelf.nodes[column]);
            const step = STEPS[event.key];
            if (step === undefined) return;
            event.preventDefault();
            const last = shelf.nodes.length - 1;
            pick({ key: shelf.key, column: Math.max(0, Math.min(column + step, last)) });
          }}
          draw={draw}
        />
      )}
      {shown && <Viewer node={shown} among={pictures} onClose={() => show(undefined)} />}
    </section>
  );
}

/** The picture of a row that the keyboard is at. */
interface Picked {
  readonly key: string;
  readonly column: number;
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

/** Leads to the first picture of a year. */
function Years({ shelves }: { shelves: readonly Shelf[] }) {
  const years = new Map<string, number>();
  for (const [row, { nodes }] of shelves.entries()) {
    const year = nodes[0] ? monthOf(nodes[0]).slice(0, 4) : "";
    if (year && !years.has(year)) years.set(year, row);
  }
  if (years.size < 2) return null;
  return (
    <select
      class="chip"
      aria-label={t("year")}
      onChange={({ currentTarget: { value } }) => {
        const list = document.getElementById("list");
        if (list) list.scrollTop = (years.get(value) ?? 0) * TILE;
      }}
    >
      {[...years.keys()].map((year) => (
        <option key={year}>{year}</option>
      ))}
    </select>
  );
}

interface TilesProps {
  readonly shelf: Shelf;
  readonly columns: number;
  readonly picked: Picked;
  readonly onShow: (node: Node) => void;
}

function Tiles({ shelf, columns, picked, onShow }: TilesProps) {
  return (
    <div
      class="tiles"
      role="gridcell"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {shelf.nodes.map((node, index) => (
        <button
          type="button"
          class={`plain tile${picked.key === shelf.key && picked.column === index ? " picked" : ""}`}
          tabIndex={-1}
          key={index}
          aria-label={shelf.begins && index === 0 ? `${month(monthOf(node))}, ${node.name}` : node.name}
          onClick={() => onShow(node)}
        >
          <Thumbnail node={node} size="small" />
          {shelf.begins && index === 0 && (
            <span class="month">{month(monthOf(node))}</span>
          )}
        </button>
      ))}
    </div>
  );
}
