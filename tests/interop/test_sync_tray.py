"""The icon beside the clock, on a screen that nobody looks at: its calls, its window, its end."""

import os
import stat
import subprocess

import pytest

from tests.interop.conftest import program
from tests.support.foyer_sync import let_in, settled, until

ECHO = "#!/bin/sh\nfor word; do echo \"$word\"; done >> '{log}'\n"


@pytest.fixture
def screen():
    reading, writing = os.pipe()
    command = [program("Xvfb"), "-displayfd", str(writing), "-screen", "0", "640x480x24"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        yield f":{told.readline().strip()}"
    server.terminate()
    server.wait(30)


@pytest.fixture
def device(home, tmp_path):
    (made,) = let_in(home, tmp_path, "laptop")
    made.start()
    settled(made)
    yield made
    if made.is_running:
        made.kill()


@pytest.fixture
def desktop(tmp_path, screen):
    """Give a desktop's programs, which write down what they were asked, and its environment."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("notify-send", "chromium"):
        (programs / name).write_text(ECHO.format(log=tmp_path / name))
        (programs / name).chmod(0o700)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "DISPLAY": screen, "PYSTRAY_BACKEND": "xorg"}


def said(tmp_path, name):
    file = tmp_path / name
    return file.read_text() if file.exists() else ""


def test_the_icon_calls_opens_the_window_and_ends(device, desktop, tmp_path):
    environment = {**device.environment, **desktop}
    with (tmp_path / "tray.log").open("wb") as log:
        icon = subprocess.Popen(device.command("tray"), env=environment, stdout=log, stderr=log)
    channel = device.state / "window" / "control.json"
    try:
        until(channel.exists)
        window = subprocess.run(device.command("window"), env=environment, timeout=60, check=False)
        assert window.returncode == 0
        until(lambda: "--app=file://" in said(tmp_path, "chromium"))
        page = device.state / "window" / "window.html"
        assert stat.S_IMODE(page.stat().st_mode) == 0o600
        code = page.read_text().partition("#")[2].partition('"')[0]
        assert code
        assert code not in said(tmp_path, "chromium")  # a command line is for all to read
        aside = device.folder.with_name("unplugged")
        until(lambda: device.status().get("state") == "idle")
        device.folder.rename(aside)
        until(lambda: "Foyer needs you" in said(tmp_path, "notify-send"), 60)
        assert "plug it in" in said(tmp_path, "notify-send")
        aside.rename(device.folder)
        again = subprocess.run(device.command("tray"), env=environment, timeout=60, check=False)
        assert again.returncode == 0
    finally:
        icon.terminate()
        ended = icon.wait(30)
    assert ended == 0, (tmp_path / "tray.log").read_text()
    assert not channel.exists()
    assert not page.exists()


def test_without_a_screen_the_terminal_is_named(device):
    environment = {k: v for k, v in device.environment.items() if "DISPLAY" not in k}
    for command in ("window", "tray"):
        ended = subprocess.run(
            device.command(command),
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 1
        assert "foyer-sync status" in ended.stderr
