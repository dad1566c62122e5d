"""Origins of web pages, as browsers write them."""

import re

_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
)


def is_origin(text: str) -> bool:
    """True for an origin as RFC 6454 section 6.2 writes it, of the web's two schemes."""
    found = _ORIGIN.fullmatch(text)
    if found is None:
        return False
    own = {"http": 80, "https": 443}[found["scheme"]]
    return found["port"] is None or (int(found["port"]) != own and int(found["port"]) < 65536)
