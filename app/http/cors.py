"""Which other origins a browser may show the answers to (CORS, the Fetch standard).

Origins are configured exactly, one by one (`CORS_ORIGINS`). There is no credentials mode: callers send bearer tokens,
which no browser adds by itself. Starlette's own middleware is not used: it leaves `Vary` away where no origin is
named, so that a shared cache could give one origin's answer to another, and it refuses a preflight in plain text.
"""

from collections.abc import Collection, Mapping

from starlette.responses import Response

Header = tuple[bytes, bytes]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Idempotency-Key",
    "Range",
    "X-Request-Id",
    "traceparent",
    "tracestate",
)
EXPOSED_HEADERS = (
    "Accept-Encoding",
    "Accept-Patch",
    "Accept-Post",
    "Accept-Ranges",
    "Allow",
    "Content-Disposition",
    "Content-Range",
    "Deprecation",
    "ETag",
    "Idempotent-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Sunset",
    "WWW-Authenticate",
    "X-Body-Limit",
    "X-Request-Id",
)
# Browsers cap it: Chromium at two hours, Firefox at a day.
_PREFLIGHT_KEPT_SECONDS = 7200
_VARY = (b"vary", b"Origin")
_EXPOSED = (b"access-control-expose-headers", ", ".join(EXPOSED_HEADERS).encode())


def answer_headers(allowed: Collection[str], given: Mapping[bytes, bytes]) -> list[Header]:
    """What an answer to a request with the `given` headers carries: on errors too, so that a browser's program can
    read the problem. Nothing when no origin is configured."""
    if not allowed:
        return []
    if not _is_allowed(allowed, given):
        return [_VARY]
    return [_VARY, (b"access-control-allow-origin", given[b"origin"]), _EXPOSED]


def preflight(method: str, allowed: Collection[str], given: Mapping[bytes, bytes]) -> Response | None:
    """The answer to a browser that asks before it sends; None for any other request, and for an origin that is not
    allowed, which is answered as if there were no CORS.

    The methods are those of all addresses. One that an address does not take is refused afterwards, by a problem
    that the browser's program can read, as it could not read a refused preflight.
    """
    if method != "OPTIONS" or b"access-control-request-method" not in given or not _is_allowed(allowed, given):
        return None
    headers = {
        "Access-Control-Allow-Methods": ", ".join(METHODS),
        "Access-Control-Allow-Headers": ", ".join(REQUEST_HEADERS),
        "Access-Control-Max-Age": str(_PREFLIGHT_KEPT_SECONDS),
    }
    return Response(status_code=204, headers=headers)


def _is_allowed(allowed: Collection[str], given: Mapping[bytes, bytes]) -> bool:
    return given.get(b"origin", b"").decode("latin-1") in allowed
