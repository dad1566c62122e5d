"""Which representation of a resource the caller accepts (RFC 9110 section 12.5.1)."""

from collections.abc import Sequence

from fastapi import Request, Response, params
from pydantic import BaseModel

from app.domain.preconditions import tag_of
from app.domain.refusals.requests import NotAcceptable
from app.http.exchange import exchange_of, joined_header

JSON = "application/json"


def representation(*offers: str, otherwise: str | None = None) -> params.Depends:
    """A dependency: the media type among `offers` that the header `Accept` prefers, else the first one.

    Refuses with 406 a header that none of them satisfies, and marks every answer as one that depends on `Accept`. With
    `otherwise`, only a header that excludes this type is refused: before there was a choice, every caller got it.
    """

    async def chosen(request: Request) -> str:
        exchange_of(request).add_headers({"Vary": "Accept"})
        return choose(joined_header(request, "accept"), offers, otherwise)

    return params.Depends(chosen)


def choose(accept: str, offers: Sequence[str], otherwise: str | None = None) -> str:
    """The offer of the highest quality, the earlier of two alike; `otherwise` if none is named. Raises
    `NotAcceptable`."""
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    if not ranges:
        return offers[0]
    best = max(offers, key=lambda offer: _quality(offer, ranges))
    if _quality(best, ranges) <= 0:
        if otherwise is not None and not _named(otherwise, ranges):
            return otherwise
        raise NotAcceptable(tuple(offers))
    return best


def accepts_gzip(accept_encoding: str) -> bool:
    """True when `Accept-Encoding` takes gzip, and does not prefer the plain bytes (RFC 9110 section 12.5.3)."""
    given = dict(_range(part) for part in accept_encoding.split(",") if part.strip())
    quality = given.get("gzip", given.get("*", 0.0))
    return quality > 0 and quality >= given.get("identity", 0.0)


def represent(
    shown: BaseModel | bytes, media_type: str, *, version: int | None, file_name: str
) -> BaseModel | Response:
    """A schema unchanged, for the route to make JSON of; bytes as a file, under a tag of what they say."""
    if isinstance(shown, BaseModel):
        return shown
    headers = {
        # A file shows more rows than the one whose version it has.
        "ETag": tag_of(shown, version),
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


def _named(offer: str, ranges: Sequence[tuple[str, float]]) -> bool:
    return bool({media_range for media_range, _ in ranges} & {offer, f"{offer.partition('/')[0]}/*", "*/*"})
