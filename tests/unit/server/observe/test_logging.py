import io
import json
import logging

import pytest

from server.observe.logging import start_logging
from server.observe.request_context import CONTEXT, RequestContext

log = logging.getLogger("tests.logging")


@pytest.fixture(autouse=True)
def _as_before():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def written():
    stream = io.StringIO()

    def start(chosen):
        start_logging(chosen, stream)
        return stream

    return start


def raised(error):
    try:
        raise error  # noqa: TRY301
    except Exception as caught:  # noqa: BLE001
        return caught


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_json_is_an_object_a_line(written):
    stream = written("json")
    log.info("said %s", "so", extra={"count": 3})
    line = json.loads(stream.getvalue())
    assert line["event"] == "said so"
    assert line["count"] == 3
    assert (line["level"], line["logger"]) == ("info", "tests.logging")
    assert line["time"].endswith("+00:00")


def test_lines_of_a_request_name_it(written):
    stream = written("json")
    token = CONTEXT.set(RequestContext("id-1", "/", instance="home.example"))
    log.info("said")
    CONTEXT.reset(token)
    line = json.loads(stream.getvalue())
    assert (line["request"], line["instance"]) == ("id-1", "home.example")


def test_an_exception_is_in_its_line(written):
    stream = written("json")
    log.error("failed", exc_info=raised(ValueError("broken")))
    [line] = stream.getvalue().splitlines()
    assert "ValueError: broken" in json.loads(line)["exception"]


@pytest.mark.parametrize("chosen", ["json", "text"])
def test_nobody_forges_a_line(written, chosen):
    stream = written(chosen)
    log.info("request", extra={"path": "/a\n00:00:00 info forged\x1b[2J"})
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()


def test_text_is_for_people(written):
    stream = written("text")
    log.warning("said", extra={"count": 3, "empty": ""})
    assert stream.getvalue()[8:] == " warning said count=3\n"


def test_text_shows_where_it_broke(written):
    stream = written("text")
    log.error("failed", exc_info=raised(ValueError("broken")))
    assert "Traceback" in stream.getvalue()


@pytest.mark.parametrize(("stream", "first"), [(io.StringIO, "{"), (Terminal, "2")])
def test_auto_is_text_on_a_terminal_alone(stream, first):
    target = stream()
    start_logging("auto", target)
    log.info("said")
    is_json = target.getvalue().startswith("{")
    assert is_json == (first == "{")
