"""One line a minute for each kind of warning or error. What is suppressed is counted, and told in the next line."""

import logging
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic

EVERY_SECONDS = 60.0
# The facts of an event that make it another kind. An outage fails every operation, so the operation is none of them.
_FACTS = ("reason", "job")
# A message may hold an id, an address in memory or a number.
_VARYING = re.compile(r"\b(?:0x)?[0-9a-f]{6,}(?:-[0-9a-f]{4,})*\b|\d+")
_MOST_KINDS = 1000

Kind = tuple[object, ...]


@dataclass
class _Seen:
    at: float
    suppressed: int = 0


class Repeats(logging.Filter):
    """A filter for the handler through which everything goes: our lines and those of libraries."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[Kind, _Seen] = {}
        self._turn = Lock()
        self.suppressed = 0
        """How many lines were suppressed in all."""

    def filter(self, record: logging.LogRecord) -> bool:
        """False for the repeat of a line within a minute. Otherwise the record is told how many were suppressed."""
        if record.levelno < logging.WARNING:
            return True
        kind, now = kind_of(record), monotonic()
        with self._turn:
            seen = self._seen.get(kind)
            if seen is not None and now - seen.at < EVERY_SECONDS:
                seen.suppressed += 1
                self.suppressed += 1
                return False
            if len(self._seen) >= _MOST_KINDS:
                self._seen.clear()
            self._seen[kind] = _Seen(now)
        record.suppressed = seen.suppressed if seen is not None else 0
        return True


def kind_of(record: logging.LogRecord) -> Kind:
    """What makes a line another kind: its logger, its message without what varies, why, and for a bug also where."""
    if isinstance(record.msg, Mapping):
        event = str(record.msg.get("event"))
        facts = tuple(record.msg.get(fact) for fact in _FACTS)
        error = _error(record.msg.get("exc_info"))
    else:
        event, facts, error = str(record.msg), (), _error(record.exc_info)
    first_line = event.partition("\n")[0][:200]
    where = _raised_at(error) if event == "fault" else None
    return (record.name, _VARYING.sub("#", first_line), facts, type(error).__name__, where)


def _error(given: object) -> BaseException | None:
    if given is True:
        return sys.exc_info()[1]
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return given if isinstance(given, BaseException) else None


def _raised_at(error: BaseException | None) -> tuple[str, int] | None:
    """The innermost line of the traceback."""
    traceback = error.__traceback__ if error is not None else None
    if traceback is None:
        return None
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
