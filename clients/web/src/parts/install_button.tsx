/** Offers to install the app, where the browser lets a page ask for it. */
import { useEffect, useState } from "preact/hooks";
import { t } from "../words/words.ts";
import { installing } from "./installing.ts";

/** Safari on a phone or tablet, in a tab: there only a person can install, by the browser's own menu. */
function isOnApple(): boolean {
  return "standalone" in navigator && navigator.standalone === false;
}

export function InstallButton() {
  const [possible, offer] = useState(installing.possible);
  useEffect(() => installing.watch(() => offer(installing.possible)), []);
  if (isOnApple()) return <p class="hint">{t("installApple")}</p>;
  if (!possible) return null;
  return (
    <button type="button" onClick={() => void installing.ask()}>
      {t("install")}
    </button>
  );
}
