"""The path under which a proxy offers the API."""

import re
from typing import Final

_PATH = re.compile(r"(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)+")
# A prefix that looks like the beginning of an address of ours could not be told from it.
_OURS: Final = frozenset({"v1", "docs", "problems", "static", "mail", "livez", "readyz", "metrics"})


def fault_of(text: str) -> str | None:
    """Say what is wrong with a prefix; None for a good one."""
    if text and not _PATH.fullmatch(text):
        return "write a path such as /recognition, or leave it empty: it begins with a slash and ends without one"
    first = text[1:].partition("/")[0]
    if first in _OURS or first.startswith("openapi"):
        return f"choose another first part than {first}, which is an address of the API"
    return None
