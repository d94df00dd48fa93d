/** A device is added: which program, its name, then its password, once, with what to do there. */
import { useState } from "preact/hooks";
import { type Made, makeDevice } from "../home/devices.ts";
import { ProofNeeded, proofAddress } from "../home/in_person.ts";
import { Copied } from "../parts/copied.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { QrCode } from "../parts/qr.tsx";
import { t } from "../words/words.ts";
import {
  addressFor,
  type Client,
  CLIENTS,
  commandFor,
  isReachable,
  kindFor,
  nameOf,
  scanFor,
  stepsFor,
} from "./connecting.ts";
import { say } from "./saying.tsx";

export function AddDeviceDialog({ onClose }: { onClose: () => void }) {
  const [client, choose] = useState<Client>("phone");
  const [made, keep] = useState<Made>();
  return (
    <Dialog title={t("deviceAdd")} shape="sheet" onClose={onClose}>
      {made ? (
        <Connect client={client} made={made} />
      ) : (
        <Form client={client} onClient={choose} onMade={keep} />
      )}
    </Dialog>
  );
}

interface FormProps {
  readonly client: Client;
  readonly onClient: (client: Client) => void;
  readonly onMade: (made: Made) => void;
}

function Form({ client, onClient, onMade }: FormProps) {
  const [name, call] = useState("");
  const [doctypes, choose] = useState("io.cozy.notes");
  const [proof, need] = useState(false);

  async function make(): Promise<void> {
    const wanted = client === "pouchdb" ? doctypes.split(/[\s,]+/).filter(Boolean) : [];
    try {
      onMade(await makeDevice(name.trim() || nameOf(client), kindFor(client), wanted));
    } catch (error) {
      if (error instanceof ProofNeeded) need(true);
      else say(error);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <p>{t("deviceAddIntro")}</p>
      {proof && (
        <p class="notice" role="alert">
          {t("proofNeeded")} <a href={proofAddress("#/devices")}>{t("proofGive")}</a>
        </p>
      )}
      <label for="client">{t("clientWhich")}</label>
      <select
        id="client"
        value={client}
        onChange={({ currentTarget: { value } }) =>
          onClient(CLIENTS.find((each) => each === value) ?? "other")
        }
      >
        {CLIENTS.map((each) => (
          <option key={each} value={each}>
            {nameOf(each)}
          </option>
        ))}
      </select>
      <label for="new-name">
        {t("name")} <span class="hint">{t("deviceNameHint")}</span>
      </label>
      <input
        id="new-name"
        type="text"
        maxLength={100}
        autocomplete="off"
        placeholder={nameOf(client)}
        value={name}
        onInput={({ currentTarget }) => call(currentTarget.value)}
      />
      {client === "pouchdb" && (
        <>
          <label for="doctypes">{t("doctypes")}</label>
          <input
            id="doctypes"
            type="text"
            value={doctypes}
            onInput={({ currentTarget }) => choose(currentTarget.value)}
          />
        </>
      )}
      <div class="actions">
        <button type="submit">{t("deviceMake")}</button>
      </div>
    </form>
  );
}

function Connect({ client, made }: { client: Client; made: Made }) {
  const home = { origin: location.origin, login: made.login, password: made.password };
  const command = commandFor(client, home);
  return (
    <>
      <p>
        <strong>{t("passwordOnce")}</strong>
      </p>
      {!isReachable(home) && <p class="notice">{t("needsHttps")}</p>}
      <Copied label={t("address")} text={addressFor(client, home)} />
      <Copied label={t("login")} text={made.login} />
      <Copied label={t("password")} text={made.password} />
      {command && <Copied label={t("command")} text={command} />}
      <h3>{nameOf(client)}</h3>
      <p>{stepsFor(client)}</p>
      <QrCode text={scanFor(client, home)} label={t("qrDevice")} />
    </>
  );
}
