/** Whether files are shown as a list or as tiles; this browser remembers it. */
import { useEffect, useState } from "preact/hooks";

export type View = "list" | "grid";

const KEPT = "foyer-view";
const changes = new EventTarget();

function kept(): View {
  return localStorage.getItem(KEPT) === "grid" ? "grid" : "list";
}

export function chooseView(view: View): void {
  localStorage.setItem(KEPT, view);
  changes.dispatchEvent(new Event("change"));
}

export function useView(): View {
  const [view, change] = useState(kept);
  useEffect(() => {
    const changed = () => change(kept());
    changes.addEventListener("change", changed);
    return () => changes.removeEventListener("change", changed);
  }, []);
  return view;
}
