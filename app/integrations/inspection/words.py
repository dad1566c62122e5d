"""A document's own words in what is told of it: short, on one line, and without characters that cannot be seen."""

import unicodedata

LONGEST = 500
LONGEST_WHERE = 200
_LONGEST_QUOTED = 80


def plain(text: str, longest: int = LONGEST) -> str:
    """The text as one line of at most `longest` characters, fit to be stored and shown."""
    seen = "".join(letter if unicodedata.category(letter)[0] not in "CZ" else " " for letter in text[: 4 * longest])
    line = " ".join(seen.split())
    return line[: longest - 1] + "…" if len(line) > longest else line


def quoted(text: str) -> str:
    """The text in quotes, as an address or a name is told."""
    return f"“{plain(text, _LONGEST_QUOTED)}”"
