/** A home without any file says what to do first. */
import { useMemo } from "preact/hooks";
import { InstallButton } from "../parts/install_button.tsx";
import { useDrive } from "../parts/use_drive.ts";
import type { Tree } from "../replica/tree.ts";
import { t } from "../words/words.ts";

/** Shown beside the first folders of a new home, for as long as no file is in any. */
export function Beginning() {
  const { tree, reach } = useDrive();
  const isNew = useMemo(() => !hasFiles(tree), [tree.version]);
  if (!isNew || reach !== "current") return null;
  return (
    <aside class="beginning" aria-labelledby="beginning">
      <h2 id="beginning">{t("emptyHome")}</h2>
      <p>{t("emptyHomeHint")}</p>
      <FirstSteps />
    </aside>
  );
}

export function FirstSteps() {
  return (
    <p class="doing">
      <a class="button second" href="#/devices">
        {t("connect")}
      </a>
      <InstallButton />
    </p>
  );
}

function hasFiles(tree: Tree): boolean {
  for (const node of tree.all()) if (node.kind === "file") return true;
  return false;
}
