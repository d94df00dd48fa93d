/** One drawn row of a long list: it is given another item when its own has left the view. */
import { Component, type ComponentChildren } from "preact";

export interface SlotProps<T> {
  readonly item: T;
  readonly index: number;
  readonly columns: number;
  /** Pixels. */
  readonly height: number;
  readonly inTiles: boolean;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  readonly isDraggable: boolean;
  /** Must stay the same function for as long as it draws the same. */
  readonly draw: (item: T, isSelected: boolean) => ComponentChildren;
}

export const CURRENT = "current-row";

export class Slot<T> extends Component<SlotProps<T>> {
  override shouldComponentUpdate(next: SlotProps<T>): boolean {
    const { props } = this;
    for (const name of Object.keys(next) as (keyof SlotProps<T>)[]) {
      if (next[name] !== props[name]) return true;
    }
    return false;
  }

  override render({ item, index, isCurrent, isSelected, isDraggable, draw }: SlotProps<T>) {
    return (
      <div
        {...(isCurrent && { id: CURRENT })}
        role="row"
        class={isCurrent ? "row current" : "row"}
        aria-rowindex={index + 1}
        aria-selected={isSelected}
        draggable={isDraggable}
        style={placeOf(this.props)}
      >
        {draw(item, isSelected)}
      </div>
    );
  }
}

/** Return the item that an event in a list is about. */
export function itemOf<T>(event: Event, items: readonly T[]): T | undefined {
  const index = indexOf(event);
  return index === undefined ? undefined : items[index];
}

export function indexOf({ target }: Event): number | undefined {
  const row = target instanceof Element ? target.closest(".row") : null;
  return row ? Number(row.getAttribute("aria-rowindex")) - 1 : undefined;
}

function placeOf<T>({ index, columns, height, inTiles }: SlotProps<T>): string {
  const place = `transform:translateY(${Math.floor(index / columns) * height}px);height:${height}px`;
  if (!inTiles) return place;
  const share = 100 / columns;
  return `${place};left:${(index % columns) * share}%;width:${share}%`;
}
