"""The small window without a screen: what it shows, whom it calls, whom it lets in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.desktop.engine.status import Reason, State
from clients.desktop.local.telling import bar, columns, fitted, printable
from clients.desktop.program.status_screen import lines_of_all
from clients.desktop.tray.picture import SIZE, picture_of
from clients.desktop.window.admission import GOOD_FOR, Admission
from clients.desktop.window.notices import LONG, Notice, Watched
from clients.desktop.window.opening import notice_command
from clients.desktop.window.view import Mood, room_of, view_of

CALM = {
    "id": "f1",
    "folder": "/home/me/Foyer",
    "home": "https://a.example",
    "state": "idle",
    "reasons": [],
    "why": "",
    "files": 3,
    "waiting": 0,
    "asked": 0,
    "bytes_up": 0,
    "bytes_down": 0,
    "transfers": [],
    "problems": [],
    "conflicts": [],
    "recent": [],
}
CONFLICT = {"at": 7, "what": "conflict", "path": "d/a (conflict).txt", "other": "d/a.txt"}
PROBLEM = {"path": "b", "kind": "busy", "why": ""}


def shown(**facts):
    return view_of([{**CALM, **facts}]).folders[0]


def acts(buttons):
    return [(button.act, button.path, button.answer) for button in buttons]


@pytest.mark.parametrize(
    ("facts", "mood"),
    [
        ({}, Mood.GOOD),
        ({"state": "working", "waiting": 2}, Mood.BUSY),
        ({"state": "offline"}, Mood.AWAY),
        ({"state": "paused", "reasons": ["by_person"]}, Mood.HELD),
        ({"state": "paused", "reasons": ["by_person", "revoked"]}, Mood.WRONG),
        ({"problems": [PROBLEM]}, Mood.WRONG),
        ({"conflicts": [CONFLICT]}, Mood.WRONG),
        ({"stopped": True}, Mood.HELD),
    ],
)
def test_a_folder_has_a_mood(facts, mood):
    assert shown(**facts).mood is mood
    assert view_of([CALM, {**CALM, **facts}]).mood is mood


def test_a_folder_that_is_not_there_needs_somebody():
    told = {"id": "f1", "folder": "/f", "home": "", "root": "missing"}
    assert view_of([told]).mood is Mood.WRONG
    assert "plugged in" in view_of([told]).folders[0].headline


@pytest.mark.parametrize("reason", [str(it) for it in Reason])
def test_each_reason_has_words_without_commands_where_a_button_does_it(reason):
    folder = shown(state="paused", reasons=[reason], asked=200)
    (note,) = folder.notes
    assert note.text
    if note.buttons:
        assert "foyer-sync" not in note.text
    assert [state for state in State if shown(state=str(state)).headline == ""] == []


def test_what_is_asked_is_answered_by_buttons():
    folder = shown(state="paused", reasons=["many_removed_on_disk"], asked=200)
    assert acts(folder.notes[0].buttons) == [("confirm", "", "keep"), ("confirm", "", "remove")]
    assert "200" in folder.notes[0].text
    assert ("pause", "", "") in acts(folder.buttons)
    assert ("resume", "", "") in acts(shown(state="paused", reasons=["by_person"]).buttons)
    assert ("start", "", "") in acts(shown(stopped=True).buttons)


def test_a_conflict_shows_both_sides():
    (conflict,) = shown(conflicts=[CONFLICT]).conflicts
    assert "d/a.txt" in conflict.text
    assert "a (conflict).txt" in conflict.text
    assert acts(conflict.buttons) == [
        ("open", "d/a (conflict).txt", ""),
        ("open", "d/a.txt", ""),
        ("decide", "d/a (conflict).txt", "mine"),
        ("decide", "d/a (conflict).txt", "theirs"),
    ]


def test_how_far_each_file_and_all_of_it_is():
    transfer = {"path": "v", "is_upload": True, "size": 4096, "done": 1024}
    folder = shown(state="working", waiting=9, files=3, transfers=[transfer])
    assert folder.share == 0.25
    assert [(it.path, it.share, it.text) for it in folder.moving] == [
        ("v", 0.25, "1.0 KiB of 4.0 KiB")
    ]
    assert shown().share is None


def test_room_has_a_share_where_there_is_a_limit():
    assert room_of(1024, 4096).share == 0.25
    assert room_of(1024, None).share is None
    assert "4.0 KiB" in room_of(1024, 4096).text


def test_a_person_is_called_once_for_each_thing():
    watched = Watched()
    assert watched.look({**CALM, "problems": [PROBLEM]}, 0) == []  # was so before
    both = {**CALM, "problems": [PROBLEM], "conflicts": [CONFLICT]}
    assert watched.look(both, 1) == [Notice("Changed on both sides", "d/a.txt")]
    assert watched.look(both, 2) == []
    full = {**both, "state": "paused", "reasons": ["no_room_in_home"]}
    assert [it.title for it in watched.look(full, 3)] == ["Foyer needs you"]
    gone = {"id": "f1", "root": "missing"}
    assert [it.title for it in watched.look(gone, 4)] == ["Foyer needs you"]
    assert watched.look(full, 5) == []
    assert watched.look(both, 6) == []
    assert [it.title for it in watched.look(full, 7)] == ["Foyer needs you"]  # once more


def test_the_end_of_long_work_is_told_and_that_of_short_work_is_not():
    watched = Watched()
    working = {**CALM, "state": "working"}
    watched.look(CALM, 0)
    assert [watched.look(told, at) for told, at in ((working, 1), (CALM, LONG))] == [[], []]
    watched.look(working, 100)
    watched.look(working, 130)
    assert [it.title for it in watched.look(CALM, 100 + LONG)] == ["All files are there"]


def test_words_of_a_notice_are_never_part_of_a_script():
    notice = Notice("-e title", '"; do shell script "x"')
    assert notice_command(notice, "darwin")[-2:] == (notice.title, notice.text)
    assert notice.text not in notice_command(notice, "darwin")[2]
    assert notice_command(notice, "linux")[-3:] == ("--", notice.title, notice.text)


def test_a_code_is_good_once_and_not_for_long():
    now = 0.0
    admission = Admission(lambda: now)
    code, late = admission.code(), admission.code()
    token = admission.enter(code)
    assert token is not None
    assert admission.admits(token)
    assert admission.enter(code) is None
    now = GOOD_FOR + 1
    assert admission.enter(late) is None
    assert [admission.admits(it) for it in ("", code, token + "x", "é")] == [False] * 4


@given(st.text(), st.integers(1, 40))
def test_a_path_fits_and_keeps_its_end(path, width):
    cut = fitted(path, width)
    assert columns(cut) <= max(width, columns("…"))
    assert cut == path or path.endswith(cut[1:])


@given(st.integers(-5, 500), st.integers(0, 400), st.integers(0, 30))
def test_a_bar_is_as_long_as_it_is_told(done, whole, width):
    drawn = bar(max(done, 0), whole, width)
    assert columns(drawn) == (width + 1 if width else 0) + len("100 %")
    assert ("100 %" in drawn) == (done >= whole or whole == 0)


def test_no_name_speaks_to_the_terminal():
    assert printable("a\x1b[31m\u202eb\r\n") == "a�[31m�b��"
    assert printable("été 日本 👩‍👧") == "été 日本 👩‍👧"


@pytest.mark.parametrize("width", [24, 40, 80])
def test_lines_of_a_status_fit(width):
    transfer = {"path": "a/very long/" + "x" * 90, "is_upload": False, "size": 9, "done": 3}
    told = {**CALM, "state": "working", "waiting": 9, "transfers": [transfer]}
    told["problems"] = [{**PROBLEM, "path": "some where"}]
    lines = lines_of_all([told, {**CALM, "stopped": True}], width)
    assert max(map(columns, lines)) <= width
    assert any("33 %" in line for line in lines)
    assert any("25 %" in line for line in lines)


def test_each_mood_has_an_icon_of_its_own():
    pictures = {mood: picture_of(mood) for mood in Mood}
    assert {picture.size for picture in pictures.values()} == {(SIZE, SIZE)}
    assert len({picture.convert("L").tobytes() for picture in pictures.values()}) == len(Mood)
