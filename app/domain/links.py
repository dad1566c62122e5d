"""Web addresses in what staff write, such as the place of an online interview."""

import re
from typing import Final

# Neither the bracket nor the full stop after an address belongs to it.
_WORD: Final = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'’”]", re.IGNORECASE)
_SIGN: Final = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
# RFC 3986, with a plain host: no name and password before it, which may pass for the host.
_ADDRESS: Final = re.compile(
    rf"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{{1,5}})?(?:[/?]{_SIGN}*)?(?:#{_SIGN}*)?", re.IGNORECASE
)


def find_links(words: str) -> list[tuple[str, bool]]:
    """Split words into the parts that are web addresses (true) and the parts between them (false)."""
    parts, end = [], 0
    for found in _WORD.finditer(words):
        if _ADDRESS.fullmatch(found[0]):
            parts += [(words[end : found.start()], False), (found[0], True)]
            end = found.end()
    return [(part, is_link) for part, is_link in (*parts, (words[end:], False)) if part]


def first_link(words: str) -> str | None:
    """Return the first web address, or None."""
    return next((part for part, is_link in find_links(words) if is_link), None)
