"""Who is at the other end of the request, for the records of security events."""

from contextvars import ContextVar
from typing import NamedTuple

_LONGEST_USER_AGENT = 300


class Caller(NamedTuple):
    """The client's network address, as the proxy says, and what its program calls itself."""

    address: str | None = None
    user_agent: str | None = None


_NOBODY = Caller()
_of_request: ContextVar[Caller] = ContextVar("caller", default=_NOBODY)


def begin_request(address: str | None, user_agent: bytes | None) -> None:
    """Name the caller, until the next request of the connection begins."""
    named = user_agent.decode("latin-1")[:_LONGEST_USER_AGENT] if user_agent else None
    _of_request.set(Caller(address, named))


def caller() -> Caller:
    """The caller of the request; nobody in a job or a command."""
    return _of_request.get()
