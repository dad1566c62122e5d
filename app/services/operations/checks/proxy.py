"""Does the world reach us under PUBLIC_URL, and do we know the proxies in front of us?"""

import json
import ssl
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from anyio import to_thread

from app.clock import system_clock
from app.services.operations.checks.clock import apart
from app.settings import Settings

_SECONDS = 5.0


async def check_proxy(settings: Settings) -> list[str]:
    """Judge TRUSTED_PROXIES, and ask for the liveness probe through PUBLIC_URL."""
    return [*_trusted(settings), *(await to_thread.run_sync(_asked, settings))]


def _trusted(settings: Settings) -> list[str]:
    found = []
    if settings.production and not settings.trusted_proxies:
        found.append(
            "TRUSTED_PROXIES is empty: behind a proxy, all callers share one address and its rate limits. "
            "Name the proxy's address or network."
        )
    for proxy in settings.trusted_proxies:
        if proxy == "*" or proxy.endswith("/0"):
            found.append(f"TRUSTED_PROXIES has {proxy}: anybody can claim any address. Name the proxy's only.")
    return found


def _asked(settings: Settings) -> list[str]:
    """Blocks; call it in a thread."""
    url = settings.public_url
    if url is None:
        return []
    found = []
    if settings.production and not url.startswith("https://"):
        found.append("PUBLIC_URL begins with http: passwords travel in the clear. Serve it over https.")
    before = system_clock()
    try:
        # Caches on the way must not answer for us.
        with urlopen(Request(f"{url}/livez", headers={"Cache-Control": "no-cache"}), timeout=_SECONDS) as answer:
            body, date = answer.read(1024), answer.headers["Date"]
    except HTTPError as error:
        return [*found, f"PUBLIC_URL answers {error.code} at {url}/livez: pass requests on to the API, path included."]
    except URLError as error:
        if isinstance(error.reason, ssl.SSLError):
            return [
                *found,
                f"The certificate of PUBLIC_URL is refused: {error.reason.reason}. Renew it, chain included.",
            ]
        return [*found, f"PUBLIC_URL cannot be reached from here: {error.reason}. Check DNS, proxy and firewall."]
    except (OSError, ValueError) as error:
        return [*found, f"PUBLIC_URL cannot be reached from here: {error}. Check DNS, proxy and firewall."]
    if not _alive(body):
        found.append(f"Something else than this API answers at {url}/livez: check what PUBLIC_URL leads to.")
    if date is not None:
        # The header has whole seconds.
        theirs = parsedate_to_datetime(date)
        found += apart("the proxy", theirs, before - timedelta(seconds=1), system_clock())
    return found


def _alive(body: bytes) -> bool:
    try:
        return bool(json.loads(body) == {"status": "alive"})
    except ValueError:
        return False
