/** One link: what it lets people do and until when, its address to copy or to scan, and its end. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { QrCode } from "../parts/qr.tsx";
import { date, t } from "../words/words.ts";
import { addressOf, endLink, type Link, type Right, rightOf } from "./links.ts";
import { say } from "./saying.tsx";

export const RIGHT_NAMES: { readonly [R in Right]: () => string } = {
  look: () => t("linkLook"),
  put: () => t("linkPut"),
  both: () => t("linkBoth"),
};

interface Props {
  readonly link: Link;
  readonly title: ComponentChildren;
  readonly onEnded: () => void;
}

export function LinkLine({ link, title, onEnded }: Props) {
  const [scanning, scan] = useState(false);
  const address = addressOf(link);
  return (
    <li class="link">
      <div>
        {title}
        <p class="hint">{factsOf(link)}</p>
      </div>
      <span class="doing">
        <button
          type="button"
          class="small second"
          onClick={() =>
            void navigator.clipboard.writeText(address).then(() => say(t("shareCopied")), say)
          }
        >
          <Icon name="link" /> {t("shareCopy")}
        </button>
        <button
          type="button"
          class="small second"
          aria-expanded={scanning}
          onClick={() => scan(!scanning)}
        >
          {t("qr")}
        </button>
        <button
          type="button"
          class="small danger"
          onClick={() => void endLink(link).then(onEnded).catch(say)}
        >
          {t("shareEnd")}
        </button>
      </span>
      {scanning && <QrCode text={address} label={t("qrLink")} />}
    </li>
  );
}

function factsOf(link: Link): string {
  const { password, expires_at, created_at, source_id } = link.attributes;
  return [
    RIGHT_NAMES[rightOf(link)](),
    password && t("withPassword"),
    expires_at ? t("linkEnds", { when: date(expires_at) }) : t("linkEndless"),
    created_at && t("linkMade", { when: date(created_at), who: makerOf(source_id) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Say who made a link: the owner in the app, or an application or device by its name. */
function makerOf(source = ""): string {
  const [type, name] = source.split("/");
  if (!name || name === "home") return t("linkByYou");
  return type === "io.cozy.oauth.clients" ? t("linkByDevice") : name;
}
