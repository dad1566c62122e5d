"""Cross-origin requests (CORS, the Fetch standard), for the origins in `CORS_ORIGINS` (decision 14).

There is no credentials mode: callers send bearer tokens, which no browser adds by itself. Starlette's middleware omits
`Vary` when the request names no origin, so that a shared cache could give one origin's answer to another, and it
refuses a preflight in plain text.
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
    """The headers of an answer to a request with the `given` headers; on errors too, so that a page can read the
    problem. None when no origin is configured."""
    if not allowed:
        return []
    if not _is_allowed(allowed, given):
        return [_VARY]
    return [_VARY, (b"access-control-allow-origin", given[b"origin"]), _EXPOSED]


def preflight(method: str, allowed: Collection[str], given: Mapping[bytes, bytes]) -> Response | None:
    """The answer to a preflight; None for any other request, and for an origin that is not allowed.

    It names the methods of all addresses: a page can read the 405 that follows, but no refused preflight.
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
