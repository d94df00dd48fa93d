/** A list of any length, in rows or in tiles: only those in view are drawn, the keyboard reaches all. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { CURRENT, indexOf, itemOf, Slot } from "./slot.tsx";
import { bySlot, columnsIn, drawnOf, movedBy } from "./window.ts";

const ROW = 60;

/** What happens in rows, told once for all of them with the item it is about. */
export interface RowHandlers<T> {
  readonly onClick?: (event: MouseEvent, item: T) => void;
  readonly onChange?: (event: Event, item: T) => void;
  readonly onDragStart?: (event: DragEvent, item: T) => void;
  readonly onDragOver?: (event: DragEvent, item: T) => void;
  readonly onDragLeave?: (event: DragEvent, item: T) => void;
  readonly onDrop?: (event: DragEvent, item: T) => void;
}

interface Props<T> {
  readonly items: readonly T[];
  readonly label: string;
  /** Pixels of one row. */
  readonly height?: number;
  /** Pixels of the narrowest tile; without it each item has a row of its own. */
  readonly tile?: number;
  readonly isSelected: (item: T) => boolean;
  /** Must stay the same function for as long as it draws the same: else all is drawn anew. */
  readonly draw: (item: T, isSelected: boolean) => ComponentChildren;
  readonly onKey: (event: KeyboardEvent, item: T | undefined) => void;
  /** A key led from one item to another. */
  readonly onMove?: (event: KeyboardEvent, from: T | undefined, to: T | undefined) => void;
  readonly handlers?: RowHandlers<T>;
}

export function Rows<T>({ items, label, height = ROW, tile = 0, isSelected, draw, onKey, onMove, handlers }: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [row, scrolled] = useState(0);
  const [size, measured] = useState({ width: 800, height: 600 });
  const [active, activate] = useState(0);
  const current = Math.min(active, items.length - 1);
  const shape = { height, tile };
  const seen = { ...size, top: row * height };
  const columns = columnsIn(size.width, shape);
  const drawn = drawnOf(items.length, seen, shape);

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

  function moveTo(next: number): void {
    activate(next);
    const element = box.current;
    if (!element) return;
    const top = Math.floor(next / columns) * height;
    if (top < element.scrollTop) element.scrollTop = top;
    const below = top + height - element.clientHeight;
    if (below > element.scrollTop) element.scrollTop = below;
  }

  function pressed(event: KeyboardEvent): void {
    const next = movedBy(event.key, current, items.length, seen, shape);
    if (next !== undefined && event.target === box.current) {
      event.preventDefault();
      const to = Math.max(0, Math.min(next, items.length - 1));
      moveTo(to);
      onMove?.(event, items[current], items[to]);
    } else onKey(event, items[current]);
  }

  const slots = bySlot(drawn).flatMap((index, slot) => {
    const item = items[index];
    if (item === undefined) return [];
    return (
      <Slot<T>
        key={slot}
        item={item}
        index={index}
        columns={columns}
        height={height}
        inTiles={tile > 0}
        isCurrent={index === current}
        isSelected={isSelected(item)}
        isDraggable={Boolean(handlers?.onDragStart)}
        draw={draw}
      />
    );
  });
  const isDrawn = current >= drawn.first && current < drawn.first + drawn.count;
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
      {...(isDrawn ? { "aria-activedescendant": CURRENT } : {})}
      onScroll={({ currentTarget }) => {
        keepFocus(currentTarget);
        scrolled(Math.floor(currentTarget.scrollTop / height));
      }}
      onKeyDown={pressed}
      onPointerDown={(event) => activate(indexOf(event) ?? current)}
      {...told(items, handlers)}
    >
      <div class="rows-all" role="presentation" style={{ height: `${Math.ceil(items.length / columns) * height}px` }}>
        {slots}
      </div>
    </div>
  );
}

/** What is in a row that scrolls away gives its focus to the list: the row will be another's. */
function keepFocus(box: HTMLElement): void {
  const focused = document.activeElement;
  if (focused !== box && box.contains(focused)) box.focus({ preventScroll: true });
}

/** Make handlers of the list of those that want to know the item. */
function told<T>(items: readonly T[], handlers: RowHandlers<T> = {}) {
  const listeners: Record<string, (event: Event) => void> = {};
  for (const [name, handler] of Object.entries(handlers)) {
    listeners[name] = (event) => {
      const item = itemOf(event, items);
      if (item !== undefined) (handler as (event: Event, item: T) => void)(event, item);
    };
  }
  return listeners;
}
