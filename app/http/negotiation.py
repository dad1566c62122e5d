"""Which representation of a resource the caller takes (RFC 9110 section 12.5.1)."""

from collections.abc import Sequence
from typing import Any

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from app.domain.errors import NotAcceptable

JSON = "application/json"


def representation(*offers: str) -> Any:
    """A dependency: the media type among `offers` that the header `Accept` prefers, else the first one.

    Refuses with 406 what none of them satisfies, and marks the answer as one that depends on `Accept`.
    """

    def chosen(request: Request, response: Response) -> str:
        response.headers["Vary"] = "Accept"
        return choose(",".join(request.headers.getlist("accept")), offers)

    return Depends(chosen)


def choose(accept: str, offers: Sequence[str]) -> str:
    """The offer of the highest quality, the earlier of two alike. Raises `NotAcceptable`."""
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    if not ranges:
        return offers[0]
    best = max(offers, key=lambda offer: _quality(offer, ranges))
    if _quality(best, ranges) <= 0:
        raise NotAcceptable(f"This is given as {' or '.join(offers)}.", extra={"available": list(offers)})
    return best


def represent(shown: BaseModel | bytes, media_type: str, *, version: int, file_name: str) -> Any:
    """The answer: a schema as it is, and bytes with their headers, under a tag that changes with the version."""
    if isinstance(shown, BaseModel):
        return shown
    headers = {
        "Vary": "Accept",
        # The part after the dot tells the representations apart; what stands before it is what If-Match compares.
        "ETag": f'"{version}.{media_type.partition("/")[2]}"',
        "Content-Disposition": f'attachment; filename="{file_name}"',
    }
    return Response(shown, media_type=media_type, headers=headers)


def _range(part: str) -> tuple[str, float]:
    media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    try:
        quality = float(weight)
    except ValueError:
        quality = 0.0
    return media_range, quality if 0 <= quality <= 1 else 0.0


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality of the most specific range that the offer falls into."""
    for wanted in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        found = [quality for media_range, quality in ranges if media_range == wanted]
        if found:
            return max(found)
    return 0.0
