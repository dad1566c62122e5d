"""Addresses in settings: origins as browsers write them, networks, and pages of the web."""

import re
from ipaddress import ip_network

_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
)

_WEB_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?")


def is_origin(text: str) -> bool:
    """True for an origin as RFC 6454 section 6.2 writes it, of the web's two schemes."""
    found = _ORIGIN.fullmatch(text)
    if found is None:
        return False
    own = {"http": 80, "https": 443}[found["scheme"]]
    return found["port"] is None or (int(found["port"]) != own and int(found["port"]) < 65536)


def is_web_address(text: str) -> bool:
    """True for the address of a site of the web, or of a part of one."""
    return _WEB_ADDRESS.fullmatch(text) is not None


def is_network(text: str) -> bool:
    """True for an address or a network of version 4 or 6."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True
