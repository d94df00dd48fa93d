/** What may enter this home: every device and program, seen as it comes and goes. */
import { useState } from "preact/hooks";
import type { Device } from "../home/devices.ts";
import { Icon } from "../parts/icon.tsx";
import { address } from "../parts/route.ts";
import { useDevices } from "../parts/use_devices.ts";
import { ago, t } from "../words/words.ts";
import { AddDeviceDialog } from "./add_device.tsx";

export function DevicesScreen() {
  const { devices, problem, reload } = useDevices();
  const [adding, add] = useState(false);
  return (
    <section class="screen scrolls" aria-label={t("devices")}>
      <header class="head">
        <h1>{t("devices")}</h1>
        <div class="doing">
          <a class="button second small" href="/auth/device">
            {t("deviceCode")}
          </a>
          <button type="button" class="small" onClick={() => add(true)}>
            <Icon name="plus" />
            {t("deviceAdd")}
          </button>
        </div>
      </header>
      <p class="quiet">{t("devicesIntro")}</p>
      {problem && <p class="notice">{problem}</p>}
      {devices?.length === 0 && (
        <div class="empty">
          <h2>{t("devicesNone")}</h2>
          <p>{t("devicesNoneHint")}</p>
        </div>
      )}
      <ul class="rows devices" aria-live="polite">
        {devices?.map((device) => (
          <Line key={device.id} device={device} />
        ))}
      </ul>
      {adding && (
        <AddDeviceDialog
          onClose={() => {
            add(false);
            reload();
          }}
        />
      )}
    </section>
  );
}

function Line({ device }: { device: Device }) {
  const { attributes } = device;
  return (
    <li>
      <Icon name={attributes.client_kind === "mobile" ? "phone" : "device"} />
      <div>
        <a class="strong" href={address({ screen: "device", id: device.id })}>
          {attributes.client_name}
        </a>
        <p class="hint">
          {kindOf(device)} · {seenOf(device)}
          {attributes.last_address && ` · ${attributes.last_address}`}
        </p>
      </div>
      <a
        class="button second small"
        href={address({ screen: "device", id: device.id })}
        aria-label={t("deviceOpen", { name: attributes.client_name })}
      >
        {t("open")}
      </a>
    </li>
  );
}

/** Say what a device is. */
export function kindOf({ attributes }: Device): string {
  switch (attributes.app_password ? attributes.client_kind : "oauth") {
    case "webdav":
      return t("kindFiles");
    case "couchdb":
      return t("kindDocuments");
    case "groupware":
      return t("kindGroupware");
    case "bitwarden":
      return t("kindPasswords");
    case "everything":
      return t("kindEverything");
    default:
      return t("kindApplication");
  }
}

/** Say when a device was here last. */
export function seenOf({ attributes: { last_seen } }: Device): string {
  return last_seen ? t("deviceSeen", { when: ago(last_seen) }) : t("deviceNever");
}
