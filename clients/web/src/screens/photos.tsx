/** All pictures and films of the home by when they were taken, the newest first. */
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Rows } from "../parts/rows.tsx";
import { Thumbnail } from "../parts/thumbnail.tsx";
import { useDrive } from "../parts/use_drive.ts";
import type { Node } from "../replica/node.ts";
import { monthOf, shelved, type Shelf } from "../replica/shelves.ts";
import { month, t } from "../words/words.ts";
import { Viewer } from "./viewer.tsx";

const TILE = 148;

export function PhotosScreen() {
  const { tree, version } = useDrive();
  const box = useRef<HTMLElement>(null);
  const [columns, fit] = useState(4);
  const [shown, show] = useState<Node>();
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      fit(Math.max(2, Math.floor(element.clientWidth / TILE))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const pictures = useMemo(() => {
    const found = [...tree.all()].filter(
      (node) => node.class === "image" || node.class === "video",
    );
    found.sort((one, other) => (one.takenAt < other.takenAt ? 1 : -1));
    return found.filter((node) => !tree.isTrashed(node.id));
  }, [version]);
  const shelves = useMemo(() => shelved(pictures, columns), [pictures, columns]);
  return (
    <section class="screen" aria-label={t("photos")} ref={box}>
      <header class="head">
        <h1>{t("photos")}</h1>
      </header>
      {shelves.length === 0 ? (
        <div class="empty">
          <h2>{t("photosNone")}</h2>
        </div>
      ) : (
        <Rows
          items={shelves}
          label={t("photos")}
          height={TILE}
          keyOf={(shelf) => shelf.key}
          isSelected={() => false}
          onKey={(event, shelf) => {
            if (event.key === "Enter") show(shelf?.nodes[0]);
          }}
          draw={(shelf) => <Tiles shelf={shelf} columns={columns} onShow={show} />}
        />
      )}
      {shown && <Viewer node={shown} among={pictures} onClose={() => show(undefined)} />}
    </section>
  );
}

interface TilesProps {
  readonly shelf: Shelf;
  readonly columns: number;
  readonly onShow: (node: Node) => void;
}

function Tiles({ shelf, columns, onShow }: TilesProps) {
  return (
    <div
      class="tiles"
      role="gridcell"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {shelf.nodes.map((node, index) => (
        <button
          type="button"
          class="plain tile"
          key={node.id}
          aria-label={node.name}
          onClick={() => onShow(node)}
        >
          <Thumbnail node={node} size="medium" />
          {shelf.begins && index === 0 && (
            <span class="month" aria-hidden="true">
              {month(monthOf(node))}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
