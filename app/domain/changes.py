"""What changed between two submissions: a plain comparison of their copies (R17)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from app.domain.gaps import pointer


@dataclass(frozen=True)
class Change:
    """One difference, by its RFC 6901 pointer; None stands for what is not there."""

    pointer: str
    before: object
    after: object


# What differs between any two submissions without anybody having changed the form.
_INCIDENTAL = frozenset({"etag", "uploaded_at", "accepted_at"})


def changes(before: object, after: object, at: str = "") -> Iterator[Change]:
    """Every difference between two JSON values, down to single values; lists of objects are matched by id, key or
    group."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            if name not in _INCIDENTAL:
                yield from changes(before.get(name), after.get(name), at + pointer(name))
    elif _keyed(before) and _keyed(after) and (before or after):
        old, new = _by_key(before), _by_key(after)
        for key in dict.fromkeys((*old, *new)):
            yield from changes(old.get(key), new.get(key), at + pointer(key))
    elif before != after:
        yield Change(at, before, after)


def _keyed(value: object) -> TypeGuard[list[Mapping[str, object]]]:
    return isinstance(value, list) and all(isinstance(item, Mapping) and _key(item) is not None for item in value)


def _key(item: Mapping[str, object]) -> str | None:
    return next((str(item[name]) for name in ("id", "key", "group") if name in item), None)


def _by_key(items: Sequence[Mapping[str, object]]) -> dict[str, Mapping[str, object]]:
    return {_key(item) or "": item for item in items}
