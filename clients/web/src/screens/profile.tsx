/** Who lives here: name, picture, and the language that the home speaks. */
import { useEffect, useState } from "preact/hooks";
import {
  changeAvatar,
  changeSettings,
  homeSettings,
  type HomeSettings,
  removeAvatar,
} from "../home/settings.ts";
import { t } from "../words/words.ts";
import { say } from "./saying.tsx";

const BROWSER = "browser";

export function ProfileCard() {
  const [read, found] = useState<HomeSettings>();
  const load = () => homeSettings().then(found, () => undefined);
  useEffect(() => void load(), []);
  return (
    <article class="card">
      <h2>{t("profile")}</h2>
      <Picture />
      {read && <Form key={read.rev} read={read} onKept={() => void load()} />}
    </article>
  );
}

function Picture() {
  const [fresh, renew] = useState(0);
  const after = (work: Promise<void>) =>
    void work.then(() => {
      renew(Date.now());
      say(t("done"));
    }, say);
  return (
    <div class="portrait">
      <img
        src={`/public/avatar?fallback=initials&fresh=${fresh || Math.floor(Date.now() / 3_600_000)}`}
        alt={t("picture")}
        width="96"
        height="96"
      />
      <div class="actions">
        <label class="button second small">
          {t("pictureChange")}
          <input
            type="file"
            class="unseen"
            accept="image/png,image/jpeg,image/gif,image/webp"
            onChange={({ currentTarget: { files } }) => {
              const picture = files?.[0];
              if (picture) after(changeAvatar(picture));
            }}
          />
        </label>
        <button type="button" class="second small" onClick={() => after(removeAvatar())}>
          {t("pictureRemove")}
        </button>
      </div>
    </div>
  );
}

function Form({ read, onKept }: { read: HomeSettings; onKept: () => void }) {
  const { public_name = "", locale = "en", follows_browser: follows, email } = read.attributes;
  const spoken = follows ? BROWSER : locale.slice(0, 2);
  const [name, call] = useState(public_name);
  const [speaks, choose] = useState(spoken);

  async function keep(): Promise<void> {
    try {
      const isFollowing = speaks === BROWSER;
      const chosen = { locale: isFollowing ? locale : speaks, follows_browser: isFollowing };
      await changeSettings(read, { public_name: name, ...chosen });
      if (speaks !== spoken) location.reload();
      onKept();
      say(t("done"));
    } catch (error) {
      say(error);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <label for="public-name">
        {t("publicName")} <span class="hint">{t("publicNameHint")}</span>
      </label>
      <input
        id="public-name"
        type="text"
        autocomplete="name"
        value={name}
        onInput={({ currentTarget }) => call(currentTarget.value)}
      />
      <label for="language">{t("language")}</label>
      <select
        id="language"
        value={speaks}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        <option value={BROWSER}>{t("languageBrowser")}</option>
        <option value="en">English</option>
        <option value="fr">Français</option>
      </select>
      {email && (
        <p class="hint">
          {t("mailAddress")} {email}
        </p>
      )}
      <div class="actions">
        <button type="submit">{t("save")}</button>
      </div>
    </form>
  );
}
