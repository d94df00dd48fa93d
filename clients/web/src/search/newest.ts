/** The newest few of many: pure. Sorting all of them would take longer than finding them. */

/** Return at most `limit` of the slots, the newest first; `dates` are by slot. */
export function newest(slots: number[], dates: readonly number[], limit: number): number[] {
  let few = slots;
  if (slots.length > limit * 2) {
    const least = largest(Float64Array.from(slots, (slot) => dates[slot] ?? 0), limit);
    few = slots.filter((slot) => (dates[slot] ?? 0) >= least);
  }
  return few.sort((one, other) => (dates[other] ?? 0) - (dates[one] ?? 0)).slice(0, limit);
}

/** Return the value that so many values reach (quickselect, Hoare 1961); changes their order. */
function largest(values: Float64Array, count: number): number {
  let low = 0;
  let high = values.length - 1;
  const wanted = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? 0;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] ?? 0) > pivot) left += 1;
      while ((values[right] ?? 0) < pivot) right -= 1;
      if (left <= right) {
        const value = values[left] ?? 0;
        values[left] = values[right] ?? 0;
        values[right] = value;
        left += 1;
        right -= 1;
      }
    }
    if (wanted <= right) high = right;
    else if (wanted >= left) low = left;
    else break;
  }
  return values[wanted] ?? 0;
}
