"""Signing in with a real browser: derivation by WebCrypto, TOTP, passkeys, the vault's key."""

import hmac
import json
import time
from base64 import b32decode, b64decode, b64encode
from hashlib import pbkdf2_hmac
from secrets import token_bytes
from urllib.request import Request, urlopen

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from server.instances.founding import HomeRegister
from server.sign_in.totp import code_at, step_at
from tests.interop.conftest import program
from tests.support.chromium import chromium
from tests.support.running_home import PASSWORD, RunningHome

SECURITY = "/auth/security"
NEW = "a brand new passphrase"


@pytest.fixture
def at(home):
    return lambda path: f"http://localhost:{home.port}{path}"


async def sign_in(tab, at, passphrase=PASSWORD, target=SECURITY):
    await tab.go(at(f"/auth/login?redirect={target}"))
    await tab.type("#passphrase", passphrase)
    await tab.enter()


async def sign_out(tab, at):
    await tab.go(at(SECURITY))
    await tab.click('form[action="/auth/logout"] button')
    await tab.until_at("/auth/login")


async def test_a_passphrase_is_derived_in_the_browser(home, tab, at):
    await sign_in(tab, at, "wrong")
    await tab.until("!document.querySelector('[role=alert]').hidden")
    assert "not the passphrase" in await tab.run("document.body.innerText")
    await tab.type("#passphrase", PASSWORD)
    await tab.enter()
    await tab.until_at(SECURITY)
    assert [c for c in tab.complaints if "Content Security" in c["text"]] == []
    log = home.log.read_text()
    assert PASSWORD not in log
    assert "wrong passphrase" in log


async def add_totp(tab):
    await tab.click(f'form[action="{SECURITY}/totp"] button')
    await tab.until_at(f"{SECURITY}/totp")
    secret = (await tab.run("document.querySelector('code.address').innerText")).replace(" ", "")
    seed = b32decode(secret + "=" * (-len(secret) % 8))
    step = step_at(time.time())
    await tab.type("#code", code_at(seed, step))
    await tab.enter()
    await tab.until_at(f"{SECURITY}/totp/confirm")
    codes = await tab.run("[...document.querySelectorAll('.codes li')].map(c => c.innerText)")
    assert len(codes) == 10
    return seed, step, codes


async def test_an_authenticator_application_and_recovery_codes(tab, at):
    await sign_in(tab, at)
    await tab.until_at(SECURITY)
    seed, step, codes = await add_totp(tab)
    await sign_out(tab, at)
    await sign_in(tab, at)
    await tab.until_at("/auth/twofactor")
    await tab.type("#two-factor-passcode", code_at(seed, step))  # used when it was set up
    await tab.enter()
    await tab.until("document.querySelector('[aria-invalid]')")
    await tab.run("document.querySelector('#two-factor-passcode').value = ''")
    await tab.type("#two-factor-passcode", code_at(seed, step + 1))
    await tab.enter()
    await tab.until_at(SECURITY)
    await sign_out(tab, at)
    await sign_in(tab, at)
    await tab.until_at("/auth/twofactor")
    await tab.type("#two-factor-passcode", codes[3].upper().replace("-", " "))
    await tab.enter()
    await tab.until_at(SECURITY)
    assert "9 of them" in await tab.run("document.querySelector('#recovery').innerText")


async def add_passkey(tab):
    await tab.type("#name", "This laptop")
    await tab.click("[data-new-passkey]")
    await tab.until("location.search === '?done=passkey' && document.readyState === 'complete'")


async def test_a_passkey_alone_and_after_the_passphrase(tab, at):
    await tab.authenticator()
    await sign_in(tab, at)
    await tab.until_at(SECURITY)
    await add_passkey(tab)
    assert "This laptop" in await tab.run("document.body.innerText")
    await sign_out(tab, at)
    await tab.go(at(f"/auth/login?redirect={SECURITY}"))
    await tab.click("[data-passkey]")
    await tab.until_at(SECURITY)
    await tab.click(f'form[action="{SECURITY}/passkeys-after"] button')
    await tab.until("document.querySelector('.codes') && document.readyState === 'complete'")
    await sign_out(tab, at)
    await sign_in(tab, at)
    await tab.until_at("/auth/twofactor")
    await tab.click("[data-passkey]")
    await tab.until_at(SECURITY)


async def test_a_passkey_that_does_not_know_its_owner_signs_nobody_in_alone(tab, at):
    key = await tab.authenticator()
    await sign_in(tab, at)
    await tab.until_at(SECURITY)
    await add_passkey(tab)
    await sign_out(tab, at)
    await tab.call("WebAuthn.setUserVerified", authenticatorId=key, isUserVerified=False)
    await tab.go(at(f"/auth/login?redirect={SECURITY}"))
    await tab.click("[data-passkey]")
    await tab.until("!document.querySelector('#login-form [role=alert]').hidden")
    assert await tab.run("location.pathname") == "/auth/login"


async def test_a_changed_passphrase_signs_in(tab, at):
    await sign_in(tab, at)
    await tab.until_at(SECURITY)
    await tab.go(at(f"{SECURITY}/passphrase"))
    await tab.type("#current_passphrase", PASSWORD)
    await tab.type("#passphrase", NEW)
    await tab.type("#repeated", NEW + "x")
    await tab.enter()
    await tab.until("!document.querySelector('[role=alert]').hidden")
    await tab.run("document.querySelector('#repeated').value = ''")
    await tab.type("#repeated", NEW)
    await tab.enter()
    await tab.until("location.search === '?done=passphrase'")
    await sign_out(tab, at)
    await sign_in(tab, at, NEW)
    await tab.until_at(SECURITY)


def opened(cipher, passphrase):
    """Return what the vault's key is, as Bitwarden's clients read it."""
    iv, sealed, tag = (b64decode(part) for part in cipher.removeprefix("2.").split("|"))
    master = pbkdf2_hmac("sha256", passphrase.encode(), b"me@localhost", 50_000, 32)
    encryption, mac = (HKDFExpand(SHA256(), 32, info).derive(master) for info in (b"enc", b"mac"))
    assert hmac.digest(mac, iv + sealed, "sha256") == tag
    reading = Cipher(AES(encryption), CBC(iv)).decryptor()
    padded = reading.update(sealed) + reading.finalize()
    return padded[: -padded[-1]]


def vault_of(home, passphrase):
    login = b64encode(f"owner:{passphrase}".encode()).decode()
    request = Request(
        f"{home.address}/data/io.cozy.settings/io.cozy.settings.bitwarden",
        headers={"Authorization": f"Basic {login}"},
    )
    with urlopen(request) as answer:
        return json.load(answer)


async def test_the_vaults_key_is_made_at_the_set_up_link_and_survives_a_change(tmp_path):
    register = HomeRegister(tmp_path / "home", token_bytes, kdf_iterations=50_000)
    founded = register.found("localhost", "owner", aliases=("127.0.0.1",), set_up=True)
    with RunningHome(tmp_path / "home") as home:
        async with chromium(program("chromium"), tmp_path / "profile") as tab:
            address = f"http://localhost:{home.port}"
            await tab.go(f"{address}/auth/passphrase?registerToken={founded.set_up_token}")
            await tab.type("#passphrase", PASSWORD)
            await tab.type("#repeated", PASSWORD)
            await tab.enter()
            await tab.until_at("/")
            first = vault_of(home, PASSWORD)
            key = opened(first["key"], PASSWORD)
            assert len(key) == 64
            assert first["private_key"].startswith("2.")
            await tab.go(f"{address}{SECURITY}/passphrase")
            await tab.type("#current_passphrase", PASSWORD)
            await tab.type("#passphrase", NEW)
            await tab.type("#repeated", NEW)
            await tab.enter()
            await tab.until("location.search === '?done=passphrase'")
    with RunningHome(tmp_path / "home") as home:
        after = vault_of(home, NEW)
    assert opened(after["key"], NEW) == key
    assert after["private_key"] == first["private_key"]
    assert after["security_stamp"] != first["security_stamp"]
