"""What `foyer-sync run` says as it goes, to a file and to a screen."""

from clients.desktop.engine.status import State, Status
from clients.desktop.program.progress import Progress
from clients.desktop.program.progress_lines import Drawn, Printed, Silence
from clients.desktop.trees.journal import Event

CALM = Status(State.IDLE, (), "", 3, 0, 0, 0, 0, (), (), (), ())


def working(files, waiting, *events):
    return Status(State.WORKING, (), "", files, waiting, 0, 2048, 0, (), (), (), events)


def told(lines, capsys):
    progress = Progress(lines)
    sent = Event(20, "sent", "a\x1b[2J.txt")
    for status in (CALM, working(1, 3), working(1, 3), working(2, 2, sent), CALM, CALM):
        progress.status(status)
    return capsys.readouterr().out


def test_a_file_gets_each_line_once(capsys):
    lines = told(Printed(), capsys).splitlines()
    assert len(lines) == 5
    assert lines[0] == lines[-1] == "All is the same: 3 files."
    assert " 25 %  Working: 3 to go, 2.0 KiB sent" in lines[1]
    assert "a�[2J.txt" in lines[2]
    assert " 50 %" in lines[3]


def test_a_screen_keeps_how_far_it_is_in_one_line(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    said = told(Drawn(), capsys)
    assert said.count("\n") == 3  # at rest, what was sent, at rest again
    assert said.count("\r") == 5  # each begins where the one before did
    assert all(len(piece) < 60 for piece in said.replace("\n", "\r").split("\r"))
    assert "░  25 %  Working: 3" in said
    assert told(Silence(), capsys) == ""
