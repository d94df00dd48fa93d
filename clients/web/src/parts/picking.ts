/** Which items of a list are selected, as clicks and keys change it: pure. */

interface Item {
  readonly id: string;
}

export interface Picked {
  readonly ids: ReadonlySet<string>;
  /** Where a range begins that is made with Shift; "" for nowhere. */
  readonly anchor: string;
}

export const NONE: Picked = { ids: new Set(), anchor: "" };

/** Select one more, or one less; ranges begin there from now on. */
export function toggled(picked: Picked, { id }: Item): Picked {
  const ids = new Set(picked.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id };
}

/** Add all from the anchor to an item, in the order of the list; without an anchor the item alone. */
export function extended(picked: Picked, items: readonly Item[], to: Item): Picked {
  const end = items.findIndex(({ id }) => id === to.id);
  const from = items.findIndex(({ id }) => id === picked.anchor);
  const begin = from < 0 ? end : from;
  const range = items.slice(Math.min(begin, end), Math.max(begin, end) + 1);
  const anchor = items[begin]?.id ?? "";
  return { ids: new Set([...picked.ids, ...range.map(({ id }) => id)]), anchor };
}

export function all(items: readonly Item[]): Picked {
  return { ids: new Set(items.map(({ id }) => id)), anchor: "" };
}
