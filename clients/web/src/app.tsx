/** The window: where one can go, what is shown, and how things stand with the home. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Drive } from "./drive.ts";
import { Icon, type IconName } from "./parts/icon.tsx";
import { KeysDialog } from "./parts/keys.tsx";
import { address, go, type Route, useRoute } from "./parts/route.ts";
import { DriveContext, useDrive } from "./parts/use_drive.ts";
import { ROOT } from "./replica/node.ts";
import { DeviceScreen } from "./screens/device.tsx";
import { DevicesScreen } from "./screens/devices.tsx";
import { FilesScreen } from "./screens/files.tsx";
import { FavouritesScreen, RecentScreen, TrashScreen } from "./screens/lists.tsx";
import { PhotosScreen } from "./screens/photos.tsx";
import { Saying } from "./screens/saying.tsx";
import { SearchScreen } from "./screens/search.tsx";
import { SendingScreen, uploadsOf } from "./screens/sending.tsx";
import { SettingsScreen } from "./screens/settings.tsx";
import { SharedScreen } from "./screens/shared.tsx";
import { TroublesScreen } from "./screens/troubles.tsx";
import { bytes, count, t } from "./words/words.ts";

interface Place {
  readonly route: Route;
  readonly icon: IconName;
  readonly says: () => string;
  /** Where there is little room, it is among the settings. */
  readonly wide?: boolean;
}

const PLACES: readonly Place[] = [
  { route: { screen: "files", id: ROOT }, icon: "folder", says: () => t("files") },
  { route: { screen: "recent" }, icon: "clock", says: () => t("recent") },
  { route: { screen: "photos" }, icon: "image", says: () => t("photos") },
  { route: { screen: "favourites" }, icon: "star", says: () => t("favourites") },
  { route: { screen: "shared" }, icon: "link", says: () => t("shared"), wide: true },
  { route: { screen: "devices" }, icon: "device", says: () => t("devices"), wide: true },
  { route: { screen: "trash" }, icon: "bin", says: () => t("trash"), wide: true },
  { route: { screen: "settings" }, icon: "gear", says: () => t("settings") },
];

const NOTHING = { screen: "search", question: "", filters: {} } as const;

export function App({ drive, name }: { drive: Drive; name: string }) {
  const route = useRoute();
  const box = useRef<HTMLInputElement>(null);
  const [helping, help] = useState(false);
  const asked = route.screen === "search" ? route : NOTHING;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || document.querySelector("dialog[open]")) return;
      if (event.key === "/") {
        event.preventDefault();
        box.current?.focus();
      }
      if (event.key === "?") help(true);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  return (
    <DriveContext.Provider value={drive}>
      <a class="skip" href="#content" onClick={skip}>
        {t("skip")}
      </a>
      <header class="top">
        <a class="mark" href="#/">
          <svg class="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <path d="M3 11 12 4l9 7v9H3zM12 19c2.500 0 4-1.600 4-3.700 0-2.600-2.500-3.600-3-6.300-2.200 1.400-5 3.600-5 6.500C8 17.500 9.500 19 12 19z" />
          </svg>
          {name}
        </a>
        <form
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            document.getElementById("list")?.focus();
          }}
        >
          <Icon name="search" />
          <input
            ref={box}
            type="search"
            aria-label={t("search")}
            placeholder={t("searchHint")}
            value={asked.question}
            onInput={({ currentTarget: { value } }) =>
              go(value ? { ...asked, question: value } : { screen: "files", id: ROOT })
            }
          />
        </form>
      </header>
      <nav class="places-bar" aria-label={name}>
        {PLACES.map(({ route: place, icon, says, wide }) => (
          <a
            key={place.screen}
            class={wide ? "wide-only" : ""}
            href={address(place)}
            {...(route.screen === place.screen && { "aria-current": "page" as const })}
          >
            <Icon name={icon} />
            <span>{says()}</span>
          </a>
        ))}
      </nav>
      <main id="content" tabIndex={-1}>
        <Standing />
        <Shown route={route} />
      </main>
      <Saying />
      {helping && <KeysDialog onClose={() => help(false)} />}
    </DriveContext.Provider>
  );
}

function Shown({ route }: { route: Route }) {
  switch (route.screen) {
    case "files":
      return <FilesScreen id={route.id} />;
    case "recent":
      return <RecentScreen />;
    case "favourites":
      return <FavouritesScreen />;
    case "search":
      return <SearchScreen question={route.question} filters={route.filters} />;
    case "photos":
      return <PhotosScreen />;
    case "shared":
      return <SharedScreen />;
    case "trash":
      return <TrashScreen />;
    case "devices":
      return <DevicesScreen />;
    case "device":
      return <DeviceScreen id={route.id} />;
    case "sending":
      return <SendingScreen />;
    case "troubles":
      return <TroublesScreen />;
    case "settings":
      return <SettingsScreen />;
  }
}

/** One line that tells how this browser stands to the home, when it is not simply up to date. */
function Standing() {
  const drive = useDrive();
  const troubles = drive.troubles.length;
  const waiting = drive.waiting.length - troubles;
  const uploads = uploadsOf(drive);
  return (
    <div class="standing" role="status">
      {drive.reach === "signed out" && (
        <p class="notice bad">
          {t("signedOut")} <a href={`/auth/login?redirect=${encodeURIComponent("/")}`}>{t("signIn")}</a>
        </p>
      )}
      {drive.reach === "offline" && (
        <p>
          <Icon name="off" /> {t("offline")}
        </p>
      )}
      {drive.reach === "copying" && drive.copied > 0 && <p>{count("copying", drive.copied)}</p>}
      {uploads.count > 0 && (
        <p>
          <a href="#/sending">{count("uploads", uploads.count)}</a>
          <progress max={uploads.size || 1} value={uploads.sent} aria-label={t("sending")} />
          {t("sentOf", { sent: bytes(uploads.sent), size: bytes(uploads.size) })}
        </p>
      )}
      {waiting > uploads.count && <p>{count("waiting", waiting - uploads.count)}</p>}
      {troubles > 0 && (
        <p class="notice bad">
          <a href="#/troubles">
            <Icon name="warn" /> {count("troubles", troubles)}
          </a>
        </p>
      )}
    </div>
  );
}

function skip(event: Event): void {
  event.preventDefault();
  (document.getElementById("list") ?? document.getElementById("content"))?.focus();
}
