/** A text to take along: shown, and copied at a touch. */
import { say } from "../screens/saying.tsx";
import { t } from "../words/words.ts";

export function Copied({ label, text }: { label: string; text: string }) {
  return (
    <div class="copied">
      <span class="label">{label}</span>
      <code class="address">{text}</code>
      <button
        type="button"
        class="small second"
        aria-label={`${t("copy")} ${label}`}
        onClick={() => void navigator.clipboard.writeText(text).then(() => say(t("shareCopied")), say)}
      >
        {t("copy")}
      </button>
    </div>
  );
}
