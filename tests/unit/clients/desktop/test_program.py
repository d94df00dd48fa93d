"""The parts of `foyer-sync` that need no home: what is kept, asked, written for a system."""

import os
import plistlib
import re
import stat
import string
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from clients.desktop.home.credentials import Credentials
from clients.desktop.home.device import Folder
from clients.desktop.local import messages
from clients.desktop.local.conflict_choice import Keep, NoConflict, decide, original_of
from clients.desktop.local.control import NotRunning, ask, listening
from clients.desktop.local.lock import Held, is_held, only_one
from clients.desktop.local.rates import NoRate, rate_of
from clients.desktop.local.store import KeptFolder, KeptUploads, Store
from clients.desktop.local.telling import bytes_of, problem_line, transfer_line
from clients.desktop.program.connecting import NoAddress, address_of
from clients.desktop.program.program import program
from clients.desktop.program.select_screen import keys_in
from clients.desktop.program.selection import Selection, Wish, drawn
from clients.desktop.program.services import (
    desktop_entry,
    launchd_plist,
    systemd_unit,
    windows_task,
)

WORDS = ["/opt/a b/python", "-m", "x", "100%", "$HOME", 'say "hi"']
HOME = Credentials("https://a.example", "c1", "secret-1", "secret-2", "secret-3", "secret-4")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("foyer.example", "https://foyer.example"),
        ("https://Foyer.Example/drive/#/x", "https://foyer.example"),
        ("http://10.0.0.1:8080/", "http://10.0.0.1:8080"),
        ("localhost:8080", "http://localhost:8080"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_what_people_type_becomes_an_address(typed, address):
    assert address_of(typed) == address


@pytest.mark.parametrize(
    "typed", ["", "ftp://a.example", "https://", "https://me:pw@a.example", "http://a:port"]
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(NoAddress):
        address_of(typed)


def test_secrets_are_for_the_person_alone_and_never_shown(tmp_path):
    store = Store(tmp_path / "state")
    store.keep_home(HOME)
    assert store.homes() == [HOME]
    (file,) = (tmp_path / "state" / "homes").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "state" / "homes").stat().st_mode) == 0o700
    assert "secret" not in repr(HOME)
    store.keep_home(HOME.with_access("other"))
    assert store.home("c1").access_token == "other"
    store.forget_home("c1")
    assert store.homes() == []


def test_a_folder_is_kept_until_it_is_forgotten(tmp_path):
    store = Store(tmp_path)
    folder = KeptFolder("id", "/home/me/Foyer", "c1", "laptop")
    store.keep(folder)
    (store.place(folder) / "trees.db").touch()
    assert store.folders() == [folder]
    store.forget(folder)
    assert store.folders() == []
    assert not store.place(folder).exists()


def test_uploads_under_way_outlive_the_program(tmp_path):
    uploads = KeptUploads(tmp_path / "uploads.json")
    uploads["a"], uploads["b"] = "/files/uploads/1", "/files/uploads/2"
    del uploads["a"]
    assert dict(KeptUploads(tmp_path / "uploads.json")) == {"b": "/files/uploads/2"}
    (tmp_path / "uploads.json").write_bytes(b"{half")
    assert dict(KeptUploads(tmp_path / "uploads.json")) == {}


def test_one_process_has_a_folder(tmp_path):
    code = "from clients.desktop.local.lock import *; import sys, pathlib\n"
    code += "with only_one(pathlib.Path(sys.argv[1])): print('held', flush=True); input()"
    command = [sys.executable, "-c", code, str(tmp_path)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout.readline() == b"held\n"
    assert is_held(tmp_path)
    with pytest.raises(Held), only_one(tmp_path):
        pass
    other.kill()
    other.communicate()
    assert not is_held(tmp_path)


async def test_commands_reach_the_process_with_its_secret_alone(tmp_path):
    heard = []

    async def answering(command, facts):
        heard.append((command, dict(facts)))
        return {"state": "idle"}

    with pytest.raises(NotRunning):
        await ask(tmp_path, "status")
    async with listening(tmp_path, answering):
        file = tmp_path / "control.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert await ask(tmp_path, "confirm", remove=True) == {"state": "idle"}
        file.write_text(file.read_text().replace('"secret":"', '"secret":"x'))
        with pytest.raises(NotRunning):
            await ask(tmp_path, "stop")
    assert heard == [("confirm", {"remove": True})]
    with pytest.raises(NotRunning):
        await ask(tmp_path, "status")


def test_a_unit_of_systemd_has_the_words_as_they_are():
    unit = systemd_unit(WORDS, "/home/me/100% mine")
    assert 'ExecStart="/opt/a b/python" "-m" "x" "100%%" "$$HOME" "say \\"hi\\""' in unit
    assert "Description=Foyer: /home/me/100%% mine" in unit
    assert "WantedBy=default.target" in unit


def test_no_name_of_a_folder_adds_lines_to_what_a_system_reads():
    evil = "a\n[Service]\nExecStart=/bin/evil"
    for text in (systemd_unit(["x", evil], evil), desktop_entry(["x", evil], "Foyer")):
        assert sum("Exec" in line.partition("=")[0] for line in text.splitlines()) == 1


def test_an_entry_of_a_desktop_has_the_words_as_they_are():
    entry = ConfigParser(interpolation=None, strict=True)
    entry.optionxform = str
    entry.read_string(desktop_entry(WORDS, "Foyer"))
    told = entry["Desktop Entry"]
    assert told["Type"] == "Application"
    # the value is unescaped first, the words are unquoted then (Desktop Entry Specification 4, 7)
    line = told["Exec"].replace("\\\\", "\\")
    words = [re.sub(r"\\(.)", r"\1", it) for it in re.findall(r'"((?:\\.|[^"\\])*)"', line)]
    assert [word.replace("%%", "%") for word in words] == WORDS


def test_a_list_for_launchd_has_the_words_as_they_are():
    told = plistlib.loads(launchd_plist("cloud.foyer.x", WORDS, "/log & more").encode())
    assert told["ProgramArguments"] == WORDS
    assert told["Label"] == "cloud.foyer.x"
    assert told["RunAtLoad"] is True
    assert told["StandardErrorPath"] == "/log & more"


def test_a_task_of_windows_is_whole():
    text = windows_task(["C:\\a b\\python.exe", "-m", "x", "C:\\<me> & you", "C:\\x y\\"], "me")
    task = ET.fromstring(text.split("\n", 1)[1])
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    assert task.find(f".//{space}Command").text == "C:\\a b\\python.exe"
    assert task.find(f".//{space}Arguments").text == '-m x "C:\\<me> & you" "C:\\x y\\\\"'


def a_selection():
    selection = Selection()
    selection.read(None, [Folder("a", "Admin", False), Folder("p", "Photos", False)])
    return selection


def test_directories_are_opened_ticked_and_told():
    selection = a_selection()
    assert selection.press("down") is Wish.NOTHING
    assert selection.press("open") is Wish.READ
    selection.read(selection.current, [Folder("x", "2025", False), Folder("y", "2026", True)])
    assert [it.name for it in selection.lines()] == ["Admin", "Photos", "2025", "2026"]
    selection.press("down")
    selection.press("tick")
    selection.press("down")
    selection.press("tick")
    assert selection.changes() == (["x"], ["y"])
    selection.press("tick")
    selection.press("close")
    assert selection.current.name == "Photos"
    selection.press("close")
    assert [it.name for it in selection.lines()] == ["Admin", "Photos"]
    assert selection.press("open") is Wish.NOTHING
    assert selection.changes() == (["x"], [])
    assert selection.press("save") is Wish.SAVE
    assert selection.press("leave") is Wish.LEAVE


def test_what_lies_in_a_directory_that_is_left_out_is_shown_so():
    selection = a_selection()
    selection.press("open")
    selection.read(selection.current, [Folder("x", "Bills", False)])
    selection.press("tick")
    assert drawn(selection, 10, 40) == ["> [ ] ▾ Admin", "     [ ] ▸ Bills", "  [x] ▸ Photos"]
    assert selection.changes() == (["a"], [])


def test_a_long_tree_is_shown_round_the_cursor():
    selection = Selection()
    selection.read(None, [Folder(str(n), f"folder {n}", False) for n in range(100)])
    for _ in range(50):
        selection.press("down")
    shown = drawn(selection, 7, 12)
    assert len(shown) == 7
    assert all(len(line) <= 12 for line in shown)
    assert [line for line in shown if line.startswith(">")] == ["> [x] ▸ fold"]
    assert drawn(Selection(), 7, 12) == []
    assert Selection().press("tick") is Wish.NOTHING


@pytest.mark.parametrize(("keep", "content"), [(Keep.MINE, b"mine"), (Keep.THEIRS, b"theirs")])
def test_a_conflict_is_decided(tmp_path, keep, content):
    (tmp_path / "a (conflict).txt").write_bytes(b"mine")
    (tmp_path / "a.txt").write_bytes(b"theirs")
    events = [{"path": "a (conflict).txt", "other": "a.txt"}]
    for named in ("a.txt", "a (conflict).txt"):
        assert original_of(events, named) == ("a (conflict).txt", "a.txt")
    with pytest.raises(NoConflict):
        original_of(events, "b.txt")
    decide(str(tmp_path), "a (conflict).txt", "a.txt", keep)
    assert {it.name: it.read_bytes() for it in tmp_path.iterdir()} == {"a.txt": content}


def facts_in(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_each_message_is_in_french_and_in_english_with_the_same_facts():
    catalogue = tomllib.loads(Path(messages.__file__).with_name("messages.toml").read_text())
    for key, told in catalogue.items():
        assert set(told) == {"en", "fr"}, key
        facts = [
            {name for _, name, _, _ in string.Formatter().parse(told[it]) if name} for it in told
        ]
        assert facts[0] == facts[1], key


def test_each_state_reason_and_problem_has_its_words():
    from clients.desktop.disk.port import RootState
    from clients.desktop.engine.status import Reason, State
    from clients.desktop.engine.telling import _WORDS
    from clients.desktop.engine.troubles import Kind
    from clients.desktop.planner.operation import Obstacle

    keys = [f"state_{it}" for it in State] + [f"reason_{it}" for it in Reason]
    keys += [f"problem_{it}" for it in (*Kind, *Obstacle)] + [f"root_{it}" for it in RootState]
    keys += [f"event_{it}" for it in _WORDS.values()]
    assert [key for key in keys if not messages.known(key)] == []


def test_lines_for_people():
    assert [bytes_of(n) for n in (0, 1023, 1024, 5 << 30)] == [
        "0 B",
        "1023 B",
        "1.0 KiB",
        "5.0 GiB",
    ]
    transfer = {"path": "a", "is_upload": True, "size": 2048, "done": 1024}
    assert transfer_line(transfer) == "↑  50 %    2.0 KiB  a"
    assert transfer_line({**transfer, "size": 0, "is_upload": False}).startswith("↓ 100 %")
    assert problem_line({"path": "a", "kind": "busy", "why": "x"}).endswith("(x)")
    assert problem_line({"path": "a", "kind": "new"}) == "! a: new"


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b[B\x1b[B\x1b[C ", ["down", "down", "open", "tick"]),
        ("\x1b", ["leave"]),
        ("\x1b[5~", [""]),
        ("\x1bOAjq", ["up", "down", "leave"]),
    ],
)
def test_keys_that_come_together_are_each_heard(sent, keys):
    assert keys_in(sent) == keys


def test_commands_that_cannot_be_done_say_what_to_do(tmp_path):
    def say(*words):
        ended = CliRunner().invoke(program, ["--dir", str(tmp_path / "state"), *words])
        return ended.exit_code, ended.output

    for words in (["status"], ["run"], ["stop"], ["ignore", "*.log"], ["log"]):
        code, output = say(*words)
        assert (code, "foyer-sync add" in output) == (1, True), words
    code, output = say("add", str(tmp_path / "folder"))
    assert (code, "foyer-sync connect" in output) == (1, True)
    code, output = say("connect", "http://me:pw@x")
    assert (code, "pw" in output) == (1, True)
    Store(tmp_path / "state").keep_home(HOME)
    assert say("add", str(tmp_path / "folder"))[0] == 0
    code, output = say("add", str(tmp_path / "folder" / "inside"))
    assert (code, "folder" in output) == (1, True)
    assert say("status") == (0, f"{tmp_path / 'folder'}\n  Stopped. foyer-sync start begins it.\n")
    assert say("pause")[0] == 0
    assert Store(tmp_path / "state").folders()[0].paused
    assert say("ignore", "*.log")[0] == 0
    assert (tmp_path / "folder" / ".foyerignore").read_text() == "*.log\n"
    code, output = say("stop")
    assert (code, "foyer-sync start" in output) == (1, True)
    code, output = say("limit", "--up", "fast")
    assert (code, "500K" in output) == (1, True)


@pytest.mark.parametrize(
    ("typed", "rate"),
    [
        ("500", 500),
        ("500k", 512_000),
        ("500 KiB/s", 512_000),
        ("1.5M", 1_572_864),
        ("1,5 Mo", 1_572_864),
        ("2GB", 2 << 30),
        ("none", 0),
        ("aucune", 0),
        ("0", 0),
    ],
)
def test_rates_as_people_type_them(typed, rate):
    assert rate_of(typed) == rate


@pytest.mark.parametrize("typed", ["", "fast", "-5", "5x", "1e9", "0.0001", "k", "1" * 30])
def test_what_is_no_rate(typed):
    with pytest.raises(NoRate):
        rate_of(typed)


def test_a_limit_is_written_down_and_told(tmp_path):
    store = Store(tmp_path)
    store.keep_home(HOME)
    store.keep(KeptFolder("id", str(tmp_path / "folder"), HOME.client_id, "laptop"))

    def say(*words):
        return CliRunner().invoke(program, ["--dir", str(tmp_path), "limit", *words]).output

    assert say("--up", "500K") == "Sending: 500.0 KiB/s at most.\nReceiving: as fast as it goes.\n"
    assert say("--down", "2M").endswith("Receiving: 2.0 MiB/s at most.\n")
    assert say("--up", "none") == "Sending: as fast as it goes.\nReceiving: 2.0 MiB/s at most.\n"
    (kept,) = store.folders()
    assert (kept.up, kept.down) == (0, 2 << 20)


def test_help_is_in_the_persons_language():
    command = [sys.executable, "-m", "clients.desktop.program", "--help"]
    for language, word in (("fr_FR.UTF-8", "Garde identiques"), ("de_DE.UTF-8", "Keep a folder")):
        environment = {**os.environ, "LC_ALL": language}
        ended = subprocess.run(command, env=environment, capture_output=True, check=True)
        assert word in ended.stdout.decode()


def test_the_environment_names_where_things_are_kept(tmp_path):
    store = Store(tmp_path / "state")
    store.keep(KeptFolder("id", "/home/me/Foyer", "c1", "laptop"))
    command = [sys.executable, "-m", "clients.desktop.program", "status", "--json"]
    environment = {**os.environ, "FOYERSYNC_DIR": str(tmp_path / "state")}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert '"folder": "/home/me/Foyer"' in ended.stdout
