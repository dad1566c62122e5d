"""A database on several hosts, of which one takes writes: `postgresql://user@first,second/name`."""

import os
import re
import ssl
from functools import lru_cache
from typing import Any

import asyncpg

_SEVERAL = re.compile(r"(?P<before>[^/?]+://(?:[^/?]*@)?)(?P<hosts>[^@/?]*,[^@/?]*)(?P<after>(?:[/?].*)?)", re.DOTALL)
_PORT = re.compile(r":\d+$")
# The host that took writes last, by the hosts of the URL.
_last: dict[tuple[tuple[str, int], ...], tuple[str, int]] = {}


def name_hosts(url: str) -> str:
    """Write libpq's list of hosts as SQLAlchemy wants it, and ask for the one that takes writes."""
    found = _SEVERAL.fullmatch(url)
    if found is None:
        return url
    hosts = [host if _PORT.search(host) else f"{host}:5432" for host in found["hosts"].split(",")]
    query = "&".join(f"host={host}" for host in hosts)
    if "target_session_attrs=" not in url:
        query += "&target_session_attrs=read-write"
    return f"{found['before']}{found['after']}{'&' if '?' in found['after'] else '?'}{query}"


@lru_cache
def _verifying(mode: str, root: str | None) -> ssl.SSLContext:
    """Trust the authorities in the file, or the machine's. asyncpg by itself trusts a file in the home folder only."""
    context = ssl.create_default_context(cafile=root)
    context.check_hostname = mode == "verify-full"
    return context


async def connect(*arguments: Any, **options: Any) -> asyncpg.Connection:
    """Open a connection as `asyncpg.connect` does, with `ssl` and `sslrootcert` as libpq takes `sslmode`.

    Of several hosts, ask the one that answered last at first, and give each a share of the time: one that has vanished
    must not use it up.
    """
    mode, root = options.get("ssl"), options.pop("sslrootcert", None) or os.environ.get("PGSSLROOTCERT")
    if mode in ("verify-full", "verify-ca"):
        options["ssl"] = _verifying(mode, root if root != "system" else None)
    if not isinstance(options.get("host"), list):
        return await asyncpg.connect(*arguments, **options)
    hosts = tuple(zip(options.pop("host"), options.pop("port"), strict=True))
    timeout = options.pop("timeout", 10) / len(hosts)
    failed: BaseException | None = None
    for host, port in sorted(hosts, key=lambda one: one != _last.get(hosts)):
        try:
            opened = await asyncpg.connect(*arguments, host=host, port=port, timeout=timeout, **options)
        except (
            OSError,
            TimeoutError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
        ) as error:
            failed = error
            continue
        _last[hosts] = (host, port)
        return opened
    # None of the hosts takes writes at the moment, as before a standby is promoted.
    raise ConnectionError(f"no host of the database can be used: {failed}") from failed
