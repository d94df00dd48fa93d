/** How much of the home is used, as a picture: what takes the room, and how much is left. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { diskUsage, type Usage } from "../home/settings.ts";
import { address } from "../parts/route.ts";
import { useDrive } from "../parts/use_drive.ts";
import { type Part, type Share, sharesOf } from "../replica/shares.ts";
import { bytes, t } from "../words/words.ts";

const NAMES: { readonly [P in Part]: () => string } = {
  image: () => t("familyImage"),
  video: () => t("familyVideo"),
  audio: () => t("familyAudio"),
  document: () => t("familyDocument"),
  archive: () => t("familyArchive"),
  other: () => t("familyOther"),
  versions: () => t("versions"),
  trash: () => t("trash"),
};

export function StorageCard() {
  const { tree } = useDrive();
  const [usage, used] = useState<Usage>();
  useEffect(() => void diskUsage().then(used, () => undefined), []);
  const shares = useMemo(() => usage && sharesOf(tree, usage), [usage, tree.version]);
  if (!usage || !shares) return null;
  const total = Number(usage.used);
  const quota = Number(usage.quota ?? 0);
  return (
    <article class="card">
      <h2>{t("storage")}</h2>
      <p>
        {quota
          ? t("storageOf", { used: bytes(total), quota: bytes(quota) })
          : t("storageUsed", { used: bytes(total) })}
      </p>
      <Bar shares={shares} whole={Math.max(quota, total, 1)} />
      <ul class="legend">
        {shares.map(({ part, size }) => (
          <li key={part}>
            <span class={`dot ${part}`} aria-hidden="true" />
            <a href={placeOf(part)}>{NAMES[part]()}</a>
            <span class="quiet">{bytes(size)}</span>
          </li>
        ))}
        {quota > total && (
          <li>
            <span class="dot" aria-hidden="true" />
            {t("storageFree")} <span class="quiet">{bytes(quota - total)}</span>
          </li>
        )}
      </ul>
    </article>
  );
}

/** The shares beside each other; the list below says the same in words. */
function Bar({ shares, whole }: { shares: readonly Share[]; whole: number }) {
  let at = 0;
  return (
    <svg class="bar-of-use" viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true">
      {shares.map(({ part, size }) => {
        const x = at;
        const width = (size / whole) * 1_000;
        at += width;
        return <rect key={part} class={part} x={x} y="0" width={Math.max(width - 2, 1)} height="24" />;
      })}
    </svg>
  );
}

function placeOf(part: Part): string {
  if (part === "trash") return "#/trash";
  if (part === "versions") return address({ screen: "search", question: "", filters: { files: true } });
  return address({ screen: "search", question: "", filters: { family: part } });
}
