"""Which representation a caller would like best (RFC 9110 section 12.5.1)."""

import re
from collections.abc import Sequence

from app.domain.errors import NotAcceptable

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"({_TOKEN})/({_TOKEN})")
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


def preferred(accept: str | None, offered: Sequence[str]) -> str:
    """The media type among `offered` that the header `Accept` weighs highest; of equals the first.

    The first without a header, too. The most specific range decides on a type, so that `*/*, application/pdf;q=0`
    refuses PDF alone. What is not a media range is passed over. Raises `NotAcceptable`, naming what there is, when
    nothing offered is wanted.
    """
    ranges = _ranges(accept or "*/*")
    best = max(offered, key=lambda media_type: _weight(media_type, ranges))
    if _weight(best, ranges) == 0:
        raise NotAcceptable(
            f"This can be read as {' or '.join(offered)}; ask for one of them in Accept.", headers={"Vary": "Accept"}
        )
    return best


def _ranges(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((piece[2:].strip() for piece in parameters if piece.startswith("q=")), "1")
        if _RANGE.fullmatch(name) and _WEIGHT.fullmatch(weight):
            found[name] = float(weight)
    return found


def _weight(media_type: str, ranges: dict[str, float]) -> float:
    exact_then_wider = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((ranges[name] for name in exact_then_wider if name in ranges), 0.0)
