"""The cursor of the event feed: a position, which integrators keep for years, over upgrades and every change of keys.

No key seals it. A position gives no right: whoever may read the feed may read all of it. A digest tells a cursor that
was damaged or made up from ours (decision 39).
"""

import base64
import json
import re
from hashlib import blake2b

from app.queries.paging import bad_cursor

_CURSOR = re.compile("[A-Za-z0-9_-]{22}")
_LARGEST = (1 << 63) - 1


def position_after(position: int) -> str:
    """The cursor that follows this position."""
    raw = position.to_bytes(8, "big")
    return _to_text(blake2b(raw, digest_size=8, person=b"event feed").digest() + raw)


def read_position(cursor: str) -> int:
    """The position in a cursor. Raises `InvalidInput` for one that the feed did not give out."""
    position = _position_of_older(cursor)
    if position is None and _CURSOR.fullmatch(cursor):
        position = int.from_bytes(base64.urlsafe_b64decode(cursor + "==")[8:], "big")
        if position > _LARGEST or position_after(position) != cursor:
            raise bad_cursor()
    if position is None:
        raise bad_cursor()
    return position


def _position_of_older(cursor: str) -> int | None:
    """The position in a cursor of a release before 1.4.0; None for any other."""
    try:
        _, position = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        number = int(position) if re.fullmatch("[0-9]{1,19}", position) else -1
    except (ValueError, TypeError, RecursionError):
        return None
    spelt = _to_text(json.dumps(["events:position", str(number)]).encode())
    return number if 0 <= number <= _LARGEST and spelt == cursor else None


def _to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
