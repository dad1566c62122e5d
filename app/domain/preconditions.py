"""Parse and check `If-Match` (RFC 9110 section 13.1.1)."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.refusals.requests import BadIfMatch, PreconditionRequired, StaleVersion

# An ETag is `"<version>"` or `"<version>.<digest>"`. Changes compare only the version. Conditional reads also compare
# the digest, which depends on the caller.
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
_TAGS = re.compile(rf"[ \t]*{_TAG.pattern}([ \t]*,[ \t]*{_TAG.pattern})*[ \t]*")


@dataclass(frozen=True)
class Expected:
    """The versions named in `If-Match`; None if the header was not sent."""

    versions: frozenset[int] | None
    anything: bool = False
    weak: frozenset[int] = frozenset()
    """Versions in weak ETags, which never match."""

    def require(self) -> None:
        """Raise `PreconditionRequired` if the header was not sent."""
        if self.versions is None:
            raise PreconditionRequired

    def check(self, version: int) -> None:
        """Raise `PreconditionRequired` without a header, and `StaleVersion` with the current ETag on a mismatch."""
        self.require()
        if self.versions is not None and not self.anything and version not in self.versions:
            raise StaleVersion(etag(version), weak=version in self.weak)

    def is_repeat(self, version: int, *, done: bool) -> bool:
        """Return true if a DELETE is a no-op, so that the service can return and the response is 204 again.

        A repeat needs the header, with any version (RFC 9110 section 13.1.1). A first DELETE raises as `check` does.
        """
        if done:
            self.require()
        else:
            self.check(version)
        return done


ANY_VERSION = Expected(frozenset(), anything=True)
"""`If-Match: *`, for a change that no stale copy can spoil."""


def of_rows(*versions: int) -> int:
    """The version of what several rows show together: no row's version ever falls, so a change of any raises it."""
    return sum(versions)


def etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def tag_of(body: bytes, version: str | int | None) -> str:
    """The entity tag of these bytes, and of this version where `If-Match` compares one."""
    digest = hashlib.blake2b(body, digest_size=9).hexdigest()
    return f'"{digest}"' if version is None else f'"{version}.{digest}"'


def parse_if_match(header: str | None) -> Expected:
    """Parse an `If-Match` header. Weak ETags never match (strong comparison). Raises `BadIfMatch` if malformed."""
    if header is None:
        return Expected(None)
    if header.strip() == "*":
        return Expected(frozenset(), anything=True)
    # Do not split at commas: an ETag may contain one (RFC 9110 section 8.8.3).
    if _TAGS.fullmatch(header) is None:
        raise BadIfMatch
    tags = _TAG.findall(header)
    strong = _versions(tag for weak, tag in tags if not weak)
    return Expected(strong, weak=_versions(tag for weak, tag in tags if weak))


def _versions(tags: Iterable[str]) -> frozenset[int]:
    numbers = {tag.partition(".")[0] for tag in tags}
    return frozenset(int(number) for number in numbers if re.fullmatch("[0-9]{1,18}", number))
