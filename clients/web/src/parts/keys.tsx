/** What the keyboard does, as a list: in the settings, and in a window wherever one asks with `?`. */
import { t } from "../words/words.ts";
import { Dialog } from "./dialog.tsx";

const KEYS: readonly (readonly [string, () => string])[] = [
  ["↑ ↓", () => t("keyMove")],
  ["Shift ↑ ↓", () => t("keyRange")],
  ["Enter", () => t("keyOpen")],
  ["Space", () => t("keySelect")],
  ["Ctrl A", () => t("keyAll")],
  ["Escape", () => t("keyNone")],
  ["Backspace", () => t("keyUp")],
  ["F2", () => t("rename")],
  ["Delete", () => t("throwAway")],
  ["Shift F10", () => t("keyMenu")],
  ["← →", () => t("keyNext")],
  ["/", () => t("search")],
  ["?", () => t("keyHelp")],
];

export function Keys() {
  return (
    <dl class="keys">
      {KEYS.map(([keys, does]) => (
        <div key={keys}>
          <dt>
            <kbd>{keys}</kbd>
          </dt>
          <dd>{does()}</dd>
        </div>
      ))}
    </dl>
  );
}

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("keys")} onClose={onClose}>
      <Keys />
    </Dialog>
  );
}
