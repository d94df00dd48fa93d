// Derives what signs in from the passphrase, in the browser: PBKDF2 as Cozy and Bitwarden have it.
// Without this script, or where the browser has no WebCrypto, the form sends the passphrase itself.
"use strict";
(() => {
  const KEY_BITS = 256;
  const text = new TextEncoder();
  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const bytesOf = (encoded) => Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));

  async function pbkdf2(secret, salt, iterations) {
    const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
    return crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, KEY_BITS);
  }

  async function derive(passphrase, salt, iterations) {
    const typed = text.encode(passphrase.normalize("NFC"));
    const master = await pbkdf2(typed, text.encode(salt), iterations);
    return { master, hash: base64(await pbkdf2(master, typed, 1)) };
  }

  // The vault's key, as Bitwarden encrypts it: AES-256-CBC and an HMAC, the two keys stretched from
  // the master key by HKDF's second half (RFC 5869 2.3), of which one block is enough.
  async function hmacKey(raw) {
    return crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  }

  async function stretched(master) {
    const key = await hmacKey(master);
    const block = (name) => crypto.subtle.sign("HMAC", key, new Uint8Array([...text.encode(name), 1]));
    return [await block("enc"), await block("mac")];
  }

  async function encrypted(plain, encryption, mac) {
    const iv = crypto.getRandomValues(new Uint8Array(16));
    const key = await crypto.subtle.importKey("raw", encryption, "AES-CBC", false, ["encrypt"]);
    const sealed = await crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, plain);
    const signed = new Uint8Array([...iv, ...new Uint8Array(sealed)]);
    const tag = await crypto.subtle.sign("HMAC", await hmacKey(mac), signed);
    return `2.${base64(iv)}|${base64(sealed)}|${base64(tag)}`;
  }

  async function decrypted(cipher, master) {
    const [type, rest] = cipher.split(".");
    const [iv, sealed, tag] = rest.split("|").map(bytesOf);
    let encryption = master;
    if (type === "2") {
      const [enc, mac] = await stretched(master);
      const signed = new Uint8Array([...iv, ...sealed]);
      if (!(await crypto.subtle.verify("HMAC", await hmacKey(mac), tag, signed))) throw new Error("vault key");
      encryption = enc;
    }
    const key = await crypto.subtle.importKey("raw", encryption, "AES-CBC", false, ["decrypt"]);
    return crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, sealed);
  }

  async function newVault(master) {
    const raw = crypto.getRandomValues(new Uint8Array(64));
    const algorithm = {
      name: "RSA-OAEP", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-1",
    };
    const pair = await crypto.subtle.generateKey(algorithm, true, ["encrypt", "decrypt"]);
    const secret = await crypto.subtle.exportKey("pkcs8", pair.privateKey);
    return {
      key: await encrypted(raw, ...(await stretched(master))),
      public_key: base64(await crypto.subtle.exportKey("spki", pair.publicKey)),
      private_key: await encrypted(secret, raw.slice(0, 32), raw.slice(32)),
    };
  }

  function complain(form, sentence) {
    const notice = form.querySelector('[role="alert"]');
    notice.textContent = sentence;
    notice.hidden = false;
    const first = form.querySelector("[data-passphrase]");
    first.setAttribute("aria-invalid", "true");
    first.focus();
    first.select();
  }

  // What is sent in place of the passphrases that were typed.
  async function replaced(form) {
    const { salt, iterations, newIterations, vaultKey } = form.dataset;
    const sent = new FormData(form);
    const now = Number(iterations), next = Number(newIterations ?? iterations);
    sent.delete("repeated");
    if (!now && !next) return sent;
    const current = form.elements.current_passphrase;
    if (current && !(now && next)) return sent; // an old home, on its way to the new scheme
    let old = null;
    if (current) {
      old = await derive(current.value, salt, now);
      sent.set("current_passphrase", old.hash);
    }
    const made = await derive(form.elements.passphrase.value, salt, next);
    sent.set("passphrase", made.hash);
    sent.delete("plain");
    if (form.elements.iterations) sent.set("iterations", String(next));
    const keys = old && vaultKey
      ? { key: await encrypted(await decrypted(vaultKey, old.master), ...(await stretched(made.master))) }
      : "makesVault" in form.dataset ? await newVault(made.master) : {};
    for (const [name, value] of Object.entries(keys)) sent.set(name, value);
    return sent;
  }

  function flaw(form) {
    const { repeated, passphrase } = form.elements;
    if (Number(form.dataset.shortest ?? 1) > passphrase.value.length) return form.dataset.short;
    return repeated && repeated.value !== passphrase.value ? form.dataset.different : "";
  }

  async function submit(form) {
    const wrong = flaw(form);
    if (wrong) return complain(form, wrong);
    const button = form.querySelector('[type="submit"]');
    const label = button.textContent;
    button.disabled = true;
    button.textContent = form.dataset.working;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams(await replaced(form)),
      });
      const told = answer.status === 204 ? {} : await answer.json();
      if (answer.ok) return location.assign(told.redirect ?? "/");
      complain(form, told.error ?? answer.statusText);
    } catch (error) {
      complain(form, String(error.message ?? error));
    }
    button.disabled = false;
    button.textContent = label;
  }

  for (const form of document.querySelectorAll("form[data-salt]")) {
    if (!globalThis.crypto?.subtle) continue;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(form);
    });
  }

  for (const button of document.querySelectorAll("[data-show]")) {
    const field = document.getElementById(button.dataset.show), shown = button.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      const visible = field.type === "password";
      field.type = visible ? "text" : "password";
      button.textContent = visible ? button.dataset.hideText : shown;
      button.setAttribute("aria-pressed", String(visible));
      field.focus();
    });
  }
})();
