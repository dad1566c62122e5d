"""Ask a service for breached passwords by k-anonymity: it learns five of forty digits of the password's SHA-1.

The protocol is the range API of Have I Been Pwned. What cannot be asked blocks nobody.
"""

from collections import Counter
from hashlib import sha1
from http.client import HTTPException
from threading import Semaphore
from typing import Final
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import structlog
from anyio import CapacityLimiter, fail_after, to_thread

SECONDS: Final = 2.0
_PREFIX, _SUFFIX = 5, 35
# A padded answer has about 1,000 lines of 40 bytes.
_ANSWER_BYTES = 512 * 1024
# More questions than these wait, and are given up like those of a service that is slow.
_AT_ONCE = 8
_log = structlog.get_logger(__name__)

OUTCOMES: Final[Counter[str]] = Counter()
"""How the questions of this process ended: `unknown`, `breached` and `unavailable`."""


class _NoRedirects(HTTPRedirectHandler):
    """The digits go to the service that the operator has named, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        """Follow none: the answer is an error then."""


_OPENER = build_opener(_NoRedirects)


class BreachedPasswords:
    """A service at a URL, to which the five digits are added."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._threads = CapacityLimiter(_AT_ONCE)
        # A thread that was given up goes on for as long as the service drips. It counts until it ends.
        self._free = Semaphore(_AT_ONCE)

    async def has(self, password: str) -> bool:
        """True if the password is among the breached ones; False also if nobody can tell within `SECONDS`."""
        digits = sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        try:
            with fail_after(SECONDS):
                answer = await to_thread.run_sync(
                    self._asked, digits[:_PREFIX], limiter=self._threads, abandon_on_cancel=True
                )
            found = _is_in(answer, digits[_PREFIX:])
        except (OSError, ValueError, HTTPException) as error:
            OUTCOMES["unavailable"] += 1
            _log.warning("breached_passwords_unavailable", error=f"{type(error).__name__}: {error}")
            return False
        OUTCOMES["breached" if found else "unknown"] += 1
        return found

    def _asked(self, prefix: str) -> bytes:
        """Blocks; call it in a thread."""
        if not self._free.acquire(blocking=False):
            raise TimeoutError("earlier questions are still open")
        headers = {"Add-Padding": "true", "User-Agent": "centre-recognition"}
        try:
            with _OPENER.open(Request(f"{self._url}/{prefix}", headers=headers), timeout=SECONDS) as answer:
                content: bytes = answer.read(_ANSWER_BYTES)
        except HTTPError as error:
            error.close()
            raise
        finally:
            self._free.release()
        return content


def _is_in(answer: bytes, suffix: str) -> bool:
    """Read lines like `0018A45C4D1DEF81644B54AB7F969B88D65:3`; padding has 0 at the end. Raises `ValueError`."""
    found = False
    for line in answer.decode("ascii").split():
        digits, colon, count = line.partition(":")
        if not colon or len(digits) != _SUFFIX:
            raise ValueError("the answer is no list of hashes")
        found = found or (digits.upper() == suffix and int(count) > 0)
    return found
