"""What a caller last read, as told by `If-Match` (RFC 9110 section 13.1.1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.refusals.requests import BadIfMatch, PreconditionRequired, StaleVersion

# An entity tag is `"<version>"` or `"<version>.<digest>"`: the version is compared when something is changed, and the
# digest, which also depends on who asks, when something is read again.
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
_TAGS = re.compile(rf"[ \t]*{_TAG.pattern}([ \t]*,[ \t]*{_TAG.pattern})*[ \t]*")


@dataclass(frozen=True)
class Expected:
    """The versions that the caller would change; None when the header was not sent."""

    versions: frozenset[int] | None
    anything: bool = False
    weak: frozenset[int] = frozenset()
    """Versions that were named by weak tags, which match nothing."""

    def require(self) -> None:
        """Raise `PreconditionRequired` without a header."""
        if self.versions is None:
            raise PreconditionRequired

    def check(self, version: int) -> None:
        """Raises `PreconditionRequired` without a header and `StaleVersion`, with the current ETag, for another
        version."""
        self.require()
        if self.versions is not None and not self.anything and version not in self.versions:
            raise StaleVersion(etag(version), weak=version in self.weak)

    def is_repeat(self, version: int, *, done: bool) -> bool:
        """True when a DELETE has nothing left to do, so that the service returns and the answer is 204 again.

        A repeat needs the header, of any version (RFC 9110 section 13.1.1). Raises what `check` raises for the first.
        """
        if done:
            self.require()
        else:
            self.check(version)
        return done


ANY_VERSION = Expected(frozenset(), anything=True)
"""`If-Match: *`: for a change that no caller's copy can be too old for."""


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def parse_if_match(header: str | None) -> Expected:
    """Read an `If-Match` header. Weak tags never match (strong comparison). Raises `BadIfMatch` for anything but
    entity tags."""
    if header is None:
        return Expected(None)
    if header.strip() == "*":
        return Expected(frozenset(), anything=True)
    # A tag may have a comma in it, so the list is not split at commas (RFC 9110 section 8.8.3).
    if _TAGS.fullmatch(header) is None:
        raise BadIfMatch
    tags = _TAG.findall(header)
    strong = _versions(tag for weak, tag in tags if not weak)
    return Expected(strong, weak=_versions(tag for weak, tag in tags if weak))


def _versions(tags: Iterable[str]) -> frozenset[int]:
    numbers = {tag.partition(".")[0] for tag in tags}
    return frozenset(int(number) for number in numbers if re.fullmatch("[0-9]{1,18}", number))
