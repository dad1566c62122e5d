"""Compare the copies of two submissions (R17)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.gaps import pointer


@dataclass(frozen=True)
class Change:
    """One difference and its RFC 6901 pointer. None means absent."""

    pointer: str
    before: object
    after: object


# These differ between any two submissions although nobody changed the form.
_INCIDENTAL = frozenset({"etag", "uploaded_at", "accepted_at"})


def changes(before: object, after: object, at: str = "") -> Iterator[Change]:
    """Yield every difference between two JSON values, down to scalars. Objects in lists match by id, key or group."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            if name not in _INCIDENTAL:
                yield from changes(before.get(name), after.get(name), at + pointer(name))
        return
    old, new = _by_key(before), _by_key(after)
    if old is not None and new is not None:
        for key in dict.fromkeys((*old, *new)):
            yield from changes(old.get(key), new.get(key), at + pointer(key))
    elif before != after:
        yield Change(at, before, after)


def _by_key(value: object) -> dict[str, Mapping[str, object]] | None:
    """The objects of a list by id, key or group; None unless the value is a list of objects that all have one."""
    if not isinstance(value, list):
        return None
    objects = {}
    for item in value:
        names = [name for name in ("id", "key", "group") if isinstance(item, Mapping) and name in item]
        if not names:
            return None
        objects[str(item[names[0]])] = item
    return objects
