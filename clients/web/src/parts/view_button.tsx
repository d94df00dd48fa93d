/** Turns a list into tiles, and back. */
import { t } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { chooseView, useView } from "./view.ts";

export function ViewButton() {
  const view = useView();
  const says = t(view === "grid" ? "asList" : "asGrid");
  return (
    <button
      type="button"
      class="plain round"
      aria-label={says}
      title={says}
      onClick={() => chooseView(view === "grid" ? "list" : "grid")}
    >
      <Icon name={view === "grid" ? "rows" : "tiles"} />
    </button>
  );
}
