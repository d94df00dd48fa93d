"""A process that hangs, dies or is left waiting, from the side of those who ask it."""

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest

from replication.core.errors import Refused
from server.functions.design import Design
from server.functions.design_functions import DesignFunctions
from server.functions.worker_process import WorkerProcess

HANGS = {"text": {"$regex": "^(a+)+$"}}
ENDLESS = json.dumps({"text": "a" * 60 + "b"}).encode()


@pytest.fixture
async def functions():
    functions = DesignFunctions(WorkerProcess(patience=1.5))
    yield functions
    await functions.close()


def design(source, key="k"):
    text = json.dumps({"_id": "_design/app", "filters": {"f": source}}).encode()
    return Design(key, text, "javascript")


async def passes(functions, source="function(doc) { return doc.n; }", key="k"):
    return await functions.filter(design(source, key), "f", [b'{"n":1}', b'{"n":0}'], b"{}")


async def test_what_hangs_is_ended_and_the_next_question_answered(functions):
    with pytest.raises(Refused) as refused:
        await functions.select(HANGS, [ENDLESS])
    assert refused.value.reason == "OS process timed out."
    assert await passes(functions) == [True, False]


async def test_a_process_that_died_is_replaced(functions):
    assert await passes(functions) == [True, False]
    process = functions._worker._process
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    assert await passes(functions) == [True, False]


async def test_dying_in_the_middle_is_an_error_of_that_question_alone(functions):
    await passes(functions)
    asking = asyncio.ensure_future(functions.select(HANGS, [ENDLESS]))
    await asyncio.sleep(0.2)
    os.kill(functions._worker._process.pid, signal.SIGKILL)
    with pytest.raises(Refused):
        await asking
    assert await passes(functions) == [True, False]


async def test_whoever_gives_up_leaves_no_answer_to_the_next(functions):
    await passes(functions)
    for _ in range(20):
        asking = asyncio.ensure_future(functions.select({"n": 1}, [b'{"n":1}'] * 90))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asking.cancel()
        assert await passes(functions) == [True, False]


async def test_questions_at_once_each_get_their_own_answer(functions):
    sources = [f"function(doc) {{ return doc.n === {n % 2}; }}" for n in range(24)]
    asking = [passes(functions, source, str(n)) for n, source in enumerate(sources)]
    assert await asyncio.gather(*asking) == [[n % 2 == 1, n % 2 == 0] for n in range(24)]


async def test_many_documents_are_cut_into_calls(functions):
    documents = [b'{"n":%d}' % (n % 2) for n in range(350)]
    found = await functions.filter(design("function(doc) { return doc.n; }"), "f", documents, b"{}")
    assert found == [bool(n % 2) for n in range(350)]
    assert await functions.filter(design("function() {}"), "f", [], b"{}") == []


async def test_a_closed_home_asks_nothing_more():
    functions = DesignFunctions()
    await functions.close()
    assert functions._worker._process is None
    busy = DesignFunctions()
    assert await passes(busy) == [True, False]
    process = busy._worker._process
    await busy.close()
    await busy.close()
    assert process.returncode == 0
    with pytest.raises(Refused):
        await passes(busy)


async def test_the_worker_opens_nothing():
    worker = WorkerProcess()
    await worker.ask(b'{"kind":"select"}', b'{"selector":{},"documents":[]}')
    limits = await asyncio.to_thread(_limits, worker._process.pid)
    await worker.close()
    assert limits["Max open files"][:2] == ["0", "0"]
    assert limits["Max cpu time"][0] != "unlimited"


def _limits(pid):
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return {line[:26].strip(): line[26:].split() for line in lines}
