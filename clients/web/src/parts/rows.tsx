/** A list of any length, in rows or in tiles: only those in view are drawn, the keyboard reaches all. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const ROW = 60;
const MARGIN = 8;

export interface DragHandlers {
  readonly draggable?: boolean;
  readonly onDragStart?: (event: DragEvent) => void;
  readonly onDragOver?: (event: DragEvent) => void;
  readonly onDragLeave?: (event: DragEvent) => void;
  readonly onDrop?: (event: DragEvent) => void;
}

interface Props<T> {
  readonly items: readonly T[];
  readonly label: string;
  /** Pixels of one row. */
  readonly height?: number;
  /** Pixels of the narrowest tile; without it each item has a row of its own. */
  readonly tile?: number;
  readonly keyOf: (item: T) => string;
  readonly isSelected: (item: T) => boolean;
  readonly draw: (item: T) => ComponentChildren;
  readonly onKey: (event: KeyboardEvent, item: T | undefined) => void;
  /** More that a row's element gets: what can be dragged and dropped. */
  readonly handlers?: (item: T) => DragHandlers;
}

export function Rows<T>({ items, label, height: HEIGHT = ROW, tile, keyOf, isSelected, draw, onKey, handlers }: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [top, scrolled] = useState(0);
  const [{ width, height }, measured] = useState({ width: 800, height: 600 });
  const [active, activate] = useState(0);
  const current = Math.min(active, items.length - 1);
  const columns = tile ? Math.max(2, Math.floor(width / tile)) : 1;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      measured({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (box.current) box.current.scrollTop = 0;
    activate(0);
  }, [label]);

  const margin = tile ? 2 : MARGIN;
  const first = Math.max(0, Math.floor(top / HEIGHT) - margin) * columns;
  const last = Math.min(items.length, (Math.ceil((top + height) / HEIGHT) + margin) * columns);

  function moveTo(index: number): void {
    const next = Math.max(0, Math.min(index, items.length - 1));
    activate(next);
    const element = box.current;
    if (!element) return;
    const row = Math.floor(next / columns);
    if (row * HEIGHT < element.scrollTop) element.scrollTop = row * HEIGHT;
    const below = (row + 1) * HEIGHT - element.clientHeight;
    if (below > element.scrollTop) element.scrollTop = below;
  }

  function pressed(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(height / HEIGHT) - 1) * columns;
    const moves: Record<string, number> = {
      ArrowDown: current + columns,
      ArrowUp: current - columns,
      ...(tile && { ArrowRight: current + 1, ArrowLeft: current - 1 }),
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: items.length - 1,
    };
    const next = moves[event.key];
    if (next !== undefined && event.target === box.current) {
      event.preventDefault();
      moveTo(next);
    } else onKey(event, items[current]);
  }

  function placed(index: number): Record<string, string> {
    const y = Math.floor(index / columns) * HEIGHT;
    const place = { transform: `translateY(${y}px)`, height: `${HEIGHT}px` };
    if (!tile) return place;
    const share = 100 / columns;
    return { ...place, left: `${(index % columns) * share}%`, width: `${share}%` };
  }

  const drawn = [];
  for (let index = first; index < last; index += 1) {
    const item = items[index];
    if (item === undefined) continue;
    drawn.push(
      <div
        key={keyOf(item)}
        id={`row-${keyOf(item)}`}
        role="row"
        class={`row${index === current ? " current" : ""}`}
        aria-rowindex={index + 1}
        aria-selected={isSelected(item)}
        style={placed(index)}
        onPointerDown={() => activate(index)}
        {...handlers?.(item)}
      >
        {draw(item)}
      </div>,
    );
  }
  const active_id = items[current] === undefined ? undefined : `row-${keyOf(items[current])}`;
  return (
    <div
      ref={box}
      class={`rows-box${tile ? " grid" : ""}`}
      id="list"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-multiselectable="true"
      aria-rowcount={items.length}
      {...(active_id ? { "aria-activedescendant": active_id } : {})}
      onScroll={(event) => scrolled(event.currentTarget.scrollTop)}
      onKeyDown={pressed}
    >
      <div class="rows-all" role="presentation" style={{ height: `${Math.ceil(items.length / columns) * HEIGHT}px` }}>
        {drawn}
      </div>
    </div>
  );
}
