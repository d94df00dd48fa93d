/** What is about the home and this browser rather than about a file. */
import { useEffect, useState } from "preact/hooks";
import { forgetKept } from "../kept.ts";
import { Outbox } from "../outbox/outbox.ts";
import { InstallButton } from "../parts/install_button.tsx";
import { Keys } from "../parts/keys.tsx";
import { useDrive } from "../parts/use_drive.ts";
import { forget } from "../replica/replica.ts";
import { count, t } from "../words/words.ts";
import { AuditCard } from "./audit.tsx";
import { AskDialog } from "./dialogs.tsx";
import { LeavingCard } from "./leaving.tsx";
import { ProfileCard } from "./profile.tsx";
import { SessionsCard } from "./sessions.tsx";
import { StorageCard } from "./storage.tsx";

export function SettingsScreen() {
  const drive = useDrive();
  const [persisted, persist] = useState(false);
  const [leaving, leave] = useState(false);
  useEffect(() => {
    void navigator.storage?.persisted?.().then(persist);
  }, []);
  return (
    <section class="screen scrolls" aria-label={t("settings")}>
      <header class="head">
        <h1>{t("settings")}</h1>
      </header>
      <ProfileCard />
      <StorageCard />
      <article class="card">
        <ul class="menu narrow-links">
          <li>
            <a href="#/shared">{t("shared")}</a>
          </li>
          <li>
            <a href="#/devices">{t("devices")}</a>
          </li>
          <li>
            <a href="#/trash">{t("trash")}</a>
          </li>
        </ul>
        <ul class="menu">
          <li>
            <a href="/connect">{t("connect")}</a>
          </li>
        </ul>
        <div class="actions">
          <InstallButton />
          {persisted ? (
            <span class="quiet">{t("persisted")}</span>
          ) : (
            <button
              type="button"
              class="second"
              onClick={() => void navigator.storage?.persist?.().then(persist)}
            >
              {t("persist")}
            </button>
          )}
        </div>
      </article>
      <SessionsCard />
      <AuditCard />
      <article class="card">
        <h2>{t("keys")}</h2>
        <Keys />
      </article>
      <LeavingCard />
      <article class="card">
        <button type="button" class="danger" id="sign-out" onClick={() => leave(true)}>
          {t("signOut")}
        </button>
      </article>
      {leaving && (
        <AskDialog
          title={t("signOut")}
          {...(drive.waiting.length && {
            warning: count("signOutWaiting", drive.waiting.length),
          })}
          does={t("signOut")}
          onYes={() => void signOut()}
          onClose={() => leave(false)}
        />
      )}
    </section>
  );
}

/** End the session first: what is removed from a browser that stays signed in would come back. */
async function signOut(): Promise<void> {
  await fetch("/auth/login", { method: "DELETE" }).catch(() => undefined);
  await Promise.allSettled([forget(), Outbox.forget(), forgetKept()]);
  const registrations = await navigator.serviceWorker?.getRegistrations();
  for (const registration of registrations ?? []) await registration.unregister();
  location.assign("/auth/login");
}
