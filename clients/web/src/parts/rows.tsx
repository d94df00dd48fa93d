/** A list of any length: only the rows in view are drawn. The keyboard reaches every row. */
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
  readonly keyOf: (item: T) => string;
  readonly isSelected: (item: T) => boolean;
  readonly draw: (item: T) => ComponentChildren;
  readonly onKey: (event: KeyboardEvent, item: T | undefined) => void;
  /** More that a row's element gets: what can be dragged and dropped. */
  readonly handlers?: (item: T) => DragHandlers;
}

export function Rows<T>({ items, label, height: HEIGHT = ROW, keyOf, isSelected, draw, onKey, handlers }: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [top, scrolled] = useState(0);
  const [height, measured] = useState(600);
  const [active, activate] = useState(0);
  const current = Math.min(active, items.length - 1);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => measured(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (box.current) box.current.scrollTop = 0;
    activate(0);
  }, [label]);

  const first = Math.max(0, Math.floor(top / HEIGHT) - MARGIN);
  const last = Math.min(items.length, Math.ceil((top + height) / HEIGHT) + MARGIN);

  function moveTo(index: number): void {
    const next = Math.max(0, Math.min(index, items.length - 1));
    activate(next);
    const element = box.current;
    if (!element) return;
    if (next * HEIGHT < element.scrollTop) element.scrollTop = next * HEIGHT;
    const below = (next + 1) * HEIGHT - element.clientHeight;
    if (below > element.scrollTop) element.scrollTop = below;
  }

  function pressed(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(height / HEIGHT) - 1);
    const moves: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
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
        style={{ transform: `translateY(${index * HEIGHT}px)`, height: `${HEIGHT}px` }}
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
      class="rows-box"
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
      <div class="rows-all" role="presentation" style={{ height: `${items.length * HEIGHT}px` }}>
        {drawn}
      </div>
    </div>
  );
}
