/** What is being sent and what waits for it: how far each is, to pause, go on, or give up. */
import type { Drive } from "../drive.ts";
import type { Operation, Waiting } from "../outbox/operation.ts";
import { Icon } from "../parts/icon.tsx";
import { useDrive } from "../parts/use_drive.ts";
import { bytes, count, t } from "../words/words.ts";
import { say } from "./saying.tsx";

type Upload = Waiting & { readonly operation: Operation & { kind: "upload" } };

function isUpload(waiting: Waiting): waiting is Upload {
  return waiting.operation.kind === "upload";
}

/** Sum up all uploads: how many, their bytes, and how many of those have gone. */
export function uploadsOf(drive: Drive): { count: number; size: number; sent: number } {
  const all = drive.waiting.filter(isUpload).filter((each) => !each.trouble);
  return {
    count: all.length,
    size: all.reduce((sum, { operation }) => sum + operation.size, 0),
    sent: all.reduce((sum, { order }) => sum + (drive.sent.get(order) ?? 0), 0),
  };
}

export function SendingScreen() {
  const drive = useDrive();
  const all = drive.waiting.filter(isUpload);
  const { size, sent } = uploadsOf(drive);
  const going = all.filter((each) => !each.trouble && !each.paused);
  const halted = all.filter((each) => each.paused);
  const turn = async (these: readonly Upload[], paused: boolean) => {
    for (const each of these) await drive.pause(each, paused);
  };
  return (
    <section class="screen scrolls" aria-label={t("sending")}>
      <header class="head">
        <h1>{t("sending")}</h1>
        {going.length > 1 && (
          <button type="button" class="second small" onClick={() => void turn(going, true).catch(say)}>
            <Icon name="pause" /> {t("pauseAll")}
          </button>
        )}
        {halted.length > 1 && (
          <button type="button" class="small" onClick={() => void turn(halted, false).catch(say)}>
            <Icon name="play" /> {t("resumeAll")}
          </button>
        )}
      </header>
      {all.length === 0 ? (
        <p>{t("sendingNone")}</p>
      ) : (
        <p role="status">
          {count("uploads", all.length)} · {t("sentOf", { sent: bytes(sent), size: bytes(size) })}
        </p>
      )}
      <ul class="rows">
        {all.map((each) => (
          <Line key={each.order} upload={each} drive={drive} />
        ))}
      </ul>
    </section>
  );
}

function Line({ upload, drive }: { upload: Upload; drive: Drive }) {
  const { operation, order, paused = false, trouble } = upload;
  const { name, size } = operation;
  const sent = drive.sent.get(order) ?? 0;
  const says = paused ? t("paused") : order === drive.progress?.order ? t("underWay") : t("queued");
  return (
    <li>
      <div>
        <strong>{name}</strong>
        <progress class="whole" max={size || 1} value={sent} aria-label={name} />
        <p class="hint">
          {t("sentOf", { sent: bytes(sent), size: bytes(size) })} · {trouble ? t("needsYou") : says}
        </p>
      </div>
      {trouble?.kind === "missing" && <ChooseAgain waiting={upload} />}
      {!trouble && (
        <button
          type="button"
          class="plain round"
          aria-label={`${t(paused ? "resume" : "pause")} ${name}`}
          title={t(paused ? "resume" : "pause")}
          onClick={() => void drive.pause(upload, !paused).catch(say)}
        >
          <Icon name={paused ? "play" : "pause"} />
        </button>
      )}
      <button
        type="button"
        class="plain round"
        aria-label={`${t("stopSending")} ${name}`}
        title={t("stopSending")}
        onClick={() => void drive.giveUp(upload).catch(say)}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

/** Asks for a large file once more; what of it is at home already is not sent again. */
export function ChooseAgain({ waiting }: { waiting: Waiting }) {
  const drive = useDrive();
  const { operation } = waiting;
  if (operation.kind !== "upload") return null;
  return (
    <label class="button small">
      {t("chooseFile")}
      <input
        type="file"
        class="unseen"
        onChange={({ currentTarget: { files } }) => {
          const file = files?.[0];
          if (!file) return;
          if (file.size !== operation.size) say(t("otherFile", { name: operation.name }));
          else void drive.provide(waiting, file).catch(say);
        }}
      />
    </label>
  );
}
