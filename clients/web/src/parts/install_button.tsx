/** Offers to install the app, where the browser lets a page ask for it. */
import { useEffect, useState } from "preact/hooks";
import { t } from "../words/words.ts";
import { installing } from "./installing.ts";

export function InstallButton() {
  const [possible, offer] = useState(installing.possible);
  useEffect(() => installing.watch(() => offer(installing.possible)), []);
  if (!possible) return null;
  return (
    <button type="button" onClick={() => void installing.ask()}>
      {t("install")}
    </button>
  );
}
