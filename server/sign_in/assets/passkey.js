// Asks the browser for a passkey, or for a new one, and sends what it says.
"use strict";
(() => {
  const bytesOf = (text) => {
    const padded = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
  };
  const textOf = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list ?? []).map((key) => ({ ...key, id: bytesOf(key.id) }));

  function asked(options) {
    const told = { ...options, challenge: bytesOf(options.challenge) };
    if (told.user) told.user = { ...told.user, id: bytesOf(told.user.id) };
    if (told.excludeCredentials) told.excludeCredentials = named(told.excludeCredentials);
    if (told.allowCredentials) told.allowCredentials = named(told.allowCredentials);
    return told;
  }

  function spoken(credential) {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = textOf(credential.response[part]);
    }
    return {
      id: credential.id,
      rawId: textOf(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  }

  async function post(address, fields) {
    const answer = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(fields),
    });
    const told = await answer.json();
    if (told.redirect && !told.publicKey) {
      location.assign(told.redirect);
      return null;
    }
    if (!answer.ok) throw new Error(told.error);
    return told;
  }

  async function run(button, made) {
    const form = document.getElementById(button.dataset.form);
    const notice = form.querySelector('[role="alert"]');
    notice.hidden = true;
    button.disabled = true;
    try {
      const fields = new FormData(form);
      fields.delete("passphrase");
      const options = await post(button.dataset.ask, fields);
      if (options === null) return;
      const publicKey = asked(options.publicKey);
      const credential = made
        ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get({ publicKey });
      fields.set("passkey", JSON.stringify({ ...spoken(credential), state: options.state }));
      await post(made ? button.dataset.newPasskey : button.dataset.passkey, fields);
    } catch (error) {
      notice.textContent = error.name === "Error" && error.message ? error.message : button.dataset.failed;
      notice.hidden = false;
    }
    button.disabled = false;
  }

  if (!globalThis.PublicKeyCredential) return;
  for (const part of document.querySelectorAll("[data-passkeys]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-no-passkeys]")) part.hidden = true;
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.addEventListener("click", () => run(button, false));
  }
  for (const button of document.querySelectorAll("[data-new-passkey]")) {
    button.addEventListener("click", () => run(button, true));
  }
})();
