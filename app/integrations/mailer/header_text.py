"""Write text into headers so that every reader gets back the text itself (RFC 2047, RFC 2231, RFC 5322).

Python's header classes decode an encoded word (`=?utf-8?q?…?=`) that somebody typed. Here the words are made by hand:
text that is not plain, or that holds `=?`, is encoded as a whole.
"""

import re
import string
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from app.domain.characters import BIDIRECTIONAL

_FOLD = "\r\n "
_LONGEST_LINE = 76
_LONGEST_PLAIN_NAME = 60
_PLAIN = re.compile(r"[ -~]*")
# The characters that RFC 2047 section 5 (3) allows in a name, and that stand for themselves.
_SAFE_IN_A_WORD = frozenset(string.ascii_letters.encode() + string.digits.encode() + b"!*+-/")
_START, _END = "=?utf-8?q?", "?="
_ROOM_IN_A_WORD = 60 - len(_START) - len(_END)
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_FILE_NAME = re.compile(r"[A-Za-z0-9 !#$&'()+,.;=@\[\]^_`{}~-]*")
_ROOM_IN_A_PARAMETER = 50
# Rows of earlier releases may hold them.
_REORDERING = re.compile(f"[{BIDIRECTIONAL}]")


def one_line(text: str) -> str:
    """Replace control characters, line separators and lone surrogates by spaces, drop bidirectional controls, and
    collapse spaces."""
    spaced = {"Cc", "Cs", "Zl", "Zp"}
    kept = (" " if unicodedata.category(c) in spaced else c for c in _REORDERING.sub("", text))
    return " ".join("".join(kept).split())


def unstructured(name: str, text: str) -> str:
    """The value of a header such as `Subject`, folded. `text` is one line."""
    if not _is_plain(text):
        return _encoded(text)
    lines, length = [""], len(name) + 1
    for word in text.split(" "):
        length += 1 + len(word)
        if length > _LONGEST_LINE and lines[-1]:
            lines.append("")
            length = 1 + len(word)
        lines[-1] += f" {word}" if lines[-1] else word
    # No reader takes a longer word unbroken.
    return _FOLD.join(lines) if all(len(line) < _LONGEST_LINE for line in lines) else _encoded(text)


def mailbox(name: str, address: str) -> str:
    """`Jane Doe <jane@example.org>` as one mailbox of `From`, `To` or `Reply-To`, folded."""
    if not name:
        return address
    phrase = _phrase(name)
    fits = len(phrase) + len(address) < _LONGEST_LINE - len("Reply-To:  <>")
    return f"{phrase}{' ' if fits else _FOLD}<{address}>"


def attachment_disposition(file_name: str) -> str:
    """The value of `Content-Disposition`, with the name in parts of RFC 2231 where it is not plain."""
    if _is_plain(file_name) and len(file_name) <= _LONGEST_PLAIN_NAME and _FILE_NAME.fullmatch(file_name):
        return f'attachment;{_FOLD}filename="{file_name}"'
    parts = [f"filename*{nth}*={part}" for nth, part in enumerate(_percent_parts(file_name))]
    return f";{_FOLD}".join(["attachment", *parts])


def _is_plain(text: str) -> bool:
    # Readers also decode an encoded word in the middle of others, and within quotes.
    return "=?" not in text and _PLAIN.fullmatch(text) is not None


def _phrase(name: str) -> str:
    if not _is_plain(name) or len(name) > _LONGEST_PLAIN_NAME:
        return _encoded(name)
    if _ATOMS.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _encoded(text: str) -> str:
    """The whole text in encoded words of at most 60 characters. A character is never split; readers join the words."""
    return _FOLD.join(f"{_START}{word}{_END}" for word in _in_pieces(map(_q, text), _ROOM_IN_A_WORD))


def _q(character: str) -> str:
    if character == " ":
        return "_"
    return "".join(chr(byte) if byte in _SAFE_IN_A_WORD else f"={byte:02X}" for byte in character.encode())


def _percent_parts(text: str) -> Iterator[str]:
    first = "utf-8''"
    for piece in _in_pieces((quote(character, safe="") for character in text), _ROOM_IN_A_PARAMETER):
        yield first + piece
        first = ""


def _in_pieces(signs: Iterator[str], room: int) -> Iterator[str]:
    piece = ""
    for sign in signs:
        if len(piece) + len(sign) > room:
            yield piece
            piece = ""
        piece += sign
    yield piece
