/** One device: its name, what it sees of the files, and its end. */
import { useState } from "preact/hooks";
import {
  changeProfile,
  type Device,
  type Profile,
  renameDevice,
  revokeDevice,
} from "../home/devices.ts";
import { Icon } from "../parts/icon.tsx";
import { go } from "../parts/route.ts";
import { useDevices } from "../parts/use_devices.ts";
import { useDrive } from "../parts/use_drive.ts";
import { bytesSeen, type Choice, CHOICES, choiceOf, foldersOf, sentFor } from "../replica/seen.ts";
import { bytes, date, t } from "../words/words.ts";
import { kindOf, seenOf } from "./devices.tsx";
import { AskDialog } from "./dialogs.tsx";
import { FolderTree } from "./folder_tree.tsx";
import { say } from "./saying.tsx";

export function DeviceScreen({ id }: { id: string }) {
  const { devices, problem } = useDevices();
  const device = devices?.find((each) => each.id === id);
  return (
    <section class="screen scrolls" aria-label={t("devices")}>
      <header class="head">
        <a class="plain round" href="#/devices" aria-label={t("devices")}>
          <Icon name="back" />
        </a>
        <h1>{device?.attributes.client_name ?? t("devices")}</h1>
      </header>
      {problem && <p class="notice">{problem}</p>}
      {devices && !device && <p class="notice">{t("deviceGone")}</p>}
      {device && (
        <>
          <Facts device={device} />
          <Sight key={JSON.stringify(device.attributes.sync_profile)} device={device} />
          <End device={device} />
        </>
      )}
    </section>
  );
}

function Facts({ device }: { device: Device }) {
  const { attributes } = device;
  const [name, change] = useState(attributes.client_name);
  return (
    <article class="card">
      <p>
        {kindOf(device)} · {seenOf(device)}
        {attributes.last_address && ` · ${attributes.last_address}`}
      </p>
      {attributes.created_at && (
        <p class="hint">{t("deviceSince", { when: date(attributes.created_at) })}</p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void renameDevice(device.id, name).then(() => say(t("done")), say);
        }}
      >
        <label for="device-name">{t("name")}</label>
        <input
          id="device-name"
          type="text"
          maxLength={100}
          value={name}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
        <div class="actions">
          <button type="submit" class="second" disabled={!name.trim()}>
            {t("rename")}
          </button>
        </div>
      </form>
    </article>
  );
}

const SAYS: { readonly [C in Choice]: () => string } = {
  everything: () => t("seesEverything"),
  include: () => t("seesInclude"),
  exclude: () => t("seesExclude"),
  "photos-only": () => t("seesPhotos"),
  "no-media": () => t("seesNoMedia"),
  "up-to-50-mb": () => t("seesSmall"),
};

/** Selective sync: what of the files the device sees, and how much that is. */
function Sight({ device }: { device: Device }) {
  const { tree } = useDrive();
  const { sync_profile: profile, sync_preset: preset } = device.attributes;
  const [choice, choose] = useState(choiceOf(profile, preset));
  const [folders, pick] = useState<ReadonlySet<string>>(foldersOf(profile));
  const [flags, flag] = useState<Pick<Profile, "read_only" | "hide_junk">>(profile);

  async function keep(): Promise<void> {
    const { read_only, hide_junk } = flags;
    const rules = choice ? sentFor(choice, folders) : { mode: profile.mode, rules: profile.rules };
    try {
      await changeProfile(device.id, { ...rules, read_only, hide_junk });
      say(t("done"));
    } catch (error) {
      say(error);
    }
  }

  return (
    <article class="card">
      <h2>{t("sees")}</h2>
      <p class="quiet">{t("seesIntro")}</p>
      <fieldset>
        <legend class="unseen">{t("sees")}</legend>
        {CHOICES.map((each) => (
          <label class="choice" key={each}>
            <input
              type="radio"
              name="sees"
              checked={choice === each}
              onChange={() => choose(each)}
            />
            {SAYS[each]()}
          </label>
        ))}
        {!choiceOf(profile, preset) && (
          <label class="choice">
            <input
              type="radio"
              name="sees"
              checked={!choice}
              onChange={() => choose(undefined)}
            />
            {t("seesOwn")}
          </label>
        )}
      </fieldset>
      {(choice === "include" || choice === "exclude") && (
        <FolderTree picked={folders} onPick={pick} />
      )}
      <label class="choice">
        <input
          type="checkbox"
          checked={flags.read_only}
          onChange={({ currentTarget: { checked } }) => flag({ ...flags, read_only: checked })}
        />
        {t("readOnly")}
      </label>
      <label class="choice">
        <input
          type="checkbox"
          checked={flags.hide_junk}
          onChange={({ currentTarget: { checked } }) => flag({ ...flags, hide_junk: checked })}
        />
        {t("hideJunk")}
      </label>
      {choice && (
        <p role="status">
          <strong>{t("seesSize", { size: bytes(bytesSeen(tree, choice, folders)) })}</strong>
        </p>
      )}
      <div class="actions">
        <button type="button" onClick={() => void keep()}>
          {t("save")}
        </button>
      </div>
    </article>
  );
}

function End({ device }: { device: Device }) {
  const [asking, wonder] = useState(false);
  return (
    <article class="card">
      <h2>{t("deviceEnd")}</h2>
      <p>{t("deviceEndHow")}</p>
      <button type="button" class="danger" onClick={() => wonder(true)}>
        {t("deviceEnd")}
      </button>
      {asking && (
        <AskDialog
          title={t("deviceEndAsk", { name: device.attributes.client_name })}
          warning={t("deviceEndHow")}
          does={t("deviceEnd")}
          onYes={() => void revokeDevice(device.id).then(() => go({ screen: "devices" }), say)}
          onClose={() => wonder(false)}
        />
      )}
    </article>
  );
}
