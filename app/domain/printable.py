"""Which characters our certificates and invoices can print."""

import re
from typing import Final

from app.domain.printable_characters import RANGES

# Nothing is drawn for these; they join letters, choose their form, or turn the text.
_NEVER_DRAWN: Final = "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\U000e0000-\U000e01ef"
_PRINTABLE: Final = "".join("-".join(rf"\U{int(end, 16):08x}" for end in each.split("-")) for each in RANGES.split())
_NOT_PRINTABLE: Final = re.compile(f"[^\\s{_PRINTABLE}{_NEVER_DRAWN}]")


def unprintable(text: str) -> int | None:
    """Where the first character stands that no font of the documents has; a document would show an empty box."""
    if text.isascii():
        return None
    found = _NOT_PRINTABLE.search(text)
    return found.start() if found else None
