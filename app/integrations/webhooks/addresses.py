"""Which addresses a receiver can have: those of the public internet."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from anyio import CapacityLimiter, to_thread

# A name server that hangs takes no more threads than these.
_THREADS: Final = CapacityLimiter(16)
_LOOK_UP_SECONDS: Final = 5.0
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
# For documentation (RFC 9637), which Python 3.11 does not know.
_DOCUMENTATION: Final = IPv6Network("3fff::/20")
# Azure's metadata for its own machines. It is the one that lies in a public range.
_METADATA: Final = IPv4Address("168.63.129.16")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Look up the addresses of a host name. Raises `OSError`."""


class AddressRefused(Exception):
    """The host has an address that no receiver can have."""


def is_inside(address: str) -> bool:
    """True for an address that is not on the public internet: private, loopback, link-local, metadata, translated."""
    ip = ip_address(address.partition("%")[0])
    if ip == _METADATA:
        return True
    # `is_global` alone says yes to multicast, to NAT64 (64:ff9b::/96) and to 6to4.
    return not ip.is_global or ip.is_multicast or ip.is_reserved or (isinstance(ip, IPv6Address) and _leads_on(ip))


def _leads_on(ip: IPv6Address) -> bool:
    # What the network translates to IPv4 can lead anywhere in it.
    translated = ip.ipv4_mapped or ip.sixtofour or ip.teredo
    return bool(translated) or ip not in _GLOBAL_UNICAST or ip in _DOCUMENTATION


def require_outside(addresses: Sequence[str], *, loopback: bool) -> Sequence[str]:
    """Return the addresses. Raises `AddressRefused` if any is inside; with `loopback`, those of this machine pass."""
    if not addresses or any(is_inside(one) and not (loopback and ip_address(one).is_loopback) for one in addresses):
        raise AddressRefused("the host leads to an address that is not on the public internet")
    return addresses


async def resolve(host: str, port: int) -> Sequence[str]:
    """Look up a host once. Raises `OSError`, of which `TimeoutError` is one."""
    async with asyncio.timeout(_LOOK_UP_SECONDS):
        # A thread that was given up goes on, and counts until it ends.
        return await to_thread.run_sync(_look_up, host, port, limiter=_THREADS, abandon_on_cancel=True)


def _look_up(host: str, port: int) -> Sequence[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("this is no name of a host") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
