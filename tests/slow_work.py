"""Nothing slow while a connection is held: watched in every test, whoever asks for the slow work.

Slow work is what goes to a thread (hashes, files, PDFs) or to an inspector. The sandbox and the command line play many
requests in one transaction, and may.
"""

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from anyio import to_thread

from app import database
from app.database import LeasedSession
from app.integrations.inspection.processes.pool import Pool

_begun_by: WeakKeyDictionary[LeasedSession, asyncio.Task[Any] | None] = WeakKeyDictionary()
_offences: list[str] = []
_ON_THE_WAY = (contextlib.__file__, database.__file__)


class SlowWorkOnAConnection(AssertionError):
    """The code must `async with work.aside()` around this."""


def watch(patch: pytest.MonkeyPatch) -> None:
    """Raise `SlowWorkOnAConnection` for slow work of a task that holds a connection."""
    begin = LeasedSession.__init__

    @wraps(begin)
    def noted(session: LeasedSession, *arguments: Any, **named: Any) -> None:
        begin(session, *arguments, **named)
        if not _of_a_test(sys._getframe(1)):
            _begun_by[session] = asyncio.current_task()

    patch.setattr(LeasedSession, "__init__", noted)
    for owner, name in ((to_thread, "run_sync"), (Pool, "inspect")):
        patch.setattr(owner, name, _watched(getattr(owner, name)))


@contextmanager
def offences() -> Iterator[list[str]]:
    """What was slow on a connection in the block, for a caller that hid the exception."""
    _offences.clear()
    yield _offences
    _offences.clear()


def _of_a_test(frame: FrameType | None) -> bool:
    """True for a transaction that a test holds around its requests."""
    while frame is not None and frame.f_code.co_filename in _ON_THE_WAY:
        frame = frame.f_back
    return frame is not None and "/tests/" in frame.f_code.co_filename and "slow_work" not in frame.f_code.co_filename


def _watched(slow: Any) -> Any:
    @wraps(slow)
    async def watched(*arguments: Any, **named: Any) -> Any:
        task = asyncio.current_task()
        for session, beginner in _begun_by.items():
            if beginner is task and session._lease is not None and not session.unbroken:
                _offences.append(str(arguments[0]))
                raise SlowWorkOnAConnection(arguments[0])
        return await slow(*arguments, **named)

    return watched
