"""The headers that protect every answer, made by the app or by the server before a request has reached it."""

from collections.abc import Iterable
from typing import Final

Header = tuple[bytes, bytes]

_ALWAYS: list[Header] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-site"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_HTTPS_ONLY: Header = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
# What answers have that say nothing else. Pages allow their own scripts; only what names nobody may be kept.
_POLICY: Header = (
    b"content-security-policy",
    b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
_CACHING: Header = (b"cache-control", b"no-cache")


class Protection:
    """The headers for the answers of one deployment; `secure` where it is only reached by HTTPS."""

    def __init__(self, *, secure: bool) -> None:
        self._always = [*_ALWAYS, _HTTPS_ONLY] if secure else _ALWAYS

    def added(self, headers: Iterable[Header]) -> list[Header]:
        """The headers of an answer, with the protecting ones."""
        own = list(headers)
        names = {name for name, _ in own}
        return [*own, *self._always, *(header for header in (_POLICY, _CACHING) if header[0] not in names)]


BY_HTTP: Final = Protection(secure=False)
"""For a server that is reached without HTTPS, as in development."""
