/** Which part of a long list is drawn, and by which slots: pure. */

/** What is seen of a list. */
export interface Box {
  /** Pixels that are scrolled away above. */
  readonly top: number;
  /** Pixels, as the other two. */
  readonly width: number;
  readonly height: number;
}

export interface Shape {
  /** Pixels of one row. */
  readonly height: number;
  /** Pixels of the narrowest tile; 0 where each item has a row of its own. */
  readonly tile: number;
}

/** Rows that are drawn above and below what is seen, for what is scrolled before the page draws. */
const MARGIN = { rows: 4, tiles: 1 };

export function columnsIn(width: number, { tile }: Shape): number {
  return tile ? Math.max(2, Math.floor(width / tile)) : 1;
}

export interface Drawn {
  readonly first: number;
  /** How many slots there are. It depends on the box, not on where it is scrolled to. */
  readonly count: number;
}

/** Return the items to draw of so many; the first one moves by whole rows. */
export function drawnOf(total: number, box: Box, shape: Shape): Drawn {
  const columns = columnsIn(box.width, shape);
  const margin = shape.tile ? MARGIN.tiles : MARGIN.rows;
  const rows = Math.ceil(box.height / shape.height) + 1 + 2 * margin;
  const count = Math.min(total, rows * columns);
  const wanted = (Math.floor(box.top / shape.height) - margin) * columns;
  return { first: Math.max(0, Math.min(wanted, total - count)), count };
}

/**
 * Return the items by slot: an item stays in its slot for as long as it is drawn, and one that comes
 * into view takes the slot of one that left, so that nothing is made or thrown away.
 */
export function bySlot({ first, count }: Drawn): number[] {
  const slots = new Array<number>(count);
  for (let index = first; index < first + count; index += 1) slots[index % count] = index;
  return slots;
}

/** Return where a key leads from an item, before it is held to the list; undefined for other keys. */
export function movedBy(
  key: string,
  from: number,
  total: number,
  box: Box,
  shape: Shape,
): number | undefined {
  const columns = columnsIn(box.width, shape);
  const page = Math.max(1, Math.floor(box.height / shape.height) - 1) * columns;
  switch (key) {
    case "ArrowDown":
      return from + columns;
    case "ArrowUp":
      return from - columns;
    case "PageDown":
      return from + page;
    case "PageUp":
      return from - page;
    case "Home":
      return 0;
    case "End":
      return total - 1;
    case "ArrowRight":
      return shape.tile ? from + 1 : undefined;
    case "ArrowLeft":
      return shape.tile ? from - 1 : undefined;
    default:
      return undefined;
  }
}
