"""RTF (Rich Text Format 1.9.1): groups of plain bytes and control words.

Text is decoded first: a field may be spelt by the codes of its letters, and any group may stand within it.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import BinaryIO

from app.integrations.inspection.archives import has_archive_at_end
from app.integrations.inspection.fetched import judge_base, judge_connection, judge_fetched
from app.integrations.inspection.fields import NESTED
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.instructions import Instructions
from app.integrations.inspection.kinds import FileKind
from app.integrations.inspection.refusals import FileRefused, RefusalCode, refusal
from app.integrations.inspection.rich_text_words import (
    ADDRESSES,
    CODE_PAGES,
    CONNECTIONS,
    DESTINATIONS,
    FORMATS,
    PICTURE_PROPERTIES,
    SYMBOLS,
    UNSEEN,
)

MAX_TOKENS = 4_000_000
MAX_GROUPS = 500_000
MAX_DEPTH = 1_000
MAX_BINARY_PARTS = 10_000
MAX_PIECES = 10_000

_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\\rtf(?![a-zA-Z])")
_TOKEN = re.compile(rb"([{}])|\\([a-zA-Z]+)(-?[0-9]+)? ?|((?:\\'[0-9a-fA-F]{2})++)|([^\\{}]++)|\\(.)?", re.DOTALL)
_OBJECT_IN_BINARY = re.compile(rb"\\obj(?:ect|data|emb|link|autlink|sub|pub|icemb|html|ocx|update|class)(?![a-z])")
_LONGEST_WORD = 200
_LONGEST_NUMBER = 10
# Word ends a file with Ctrl-Z in some versions.
_AFTER_THE_END = b" \t\r\n\0\x1a"
_ESCAPES = {b"\\": "\\", b"{": "{", b"}": "}", b"~": "\xa0", b"_": "-", b"\n": "\n", b"\r": "\n", b"\t": "\t"}


class _Text(Enum):
    """What happens to the text of a group."""

    READ = auto()
    SKIP = auto()
    ADDRESS = auto()
    CONNECTION = auto()
    NAME = auto()
    VALUE = auto()
    BASE = auto()


@dataclass
class _Group:
    text: _Text = _Text.READ
    fallback: int = 1
    """How many characters stand in for one that is written by its code."""
    field: bool = False
    what: str | None = None
    """What the address leads to that is judged when the group ends."""


def is_one(head: bytes) -> bool:
    """True if a file that begins so is RTF."""
    return _START.match(head) is not None


def inspect(source: BinaryIO, size: int, findings: Findings) -> FileKind:
    """Raises `FileRefused` for damage and too much; what else is found goes to `findings`."""
    source.seek(0)
    content = source.read(size)
    reader = _Reader(content, findings)
    end = reader.read()
    if content[end:].strip(_AFTER_THE_END) or has_archive_at_end(source, size):
        raise refusal(RefusalCode.DISGUISED, "Something else comes after the document, in the same file")
    return FileKind.RTF


class _Reader:
    def __init__(self, content: bytes, findings: Findings) -> None:
        self._content = content
        self._findings = findings
        self._fields = Instructions(findings)
        self._group = _Group()
        self._outer: list[_Group] = []
        self._collected: list[str] = []
        self._property = self._value = ""
        self._asterisk = False
        self._skipped = 0
        self._groups = self._binary_parts = 0
        self._objects = False

    def read(self) -> int:
        """Read all groups. Returns where the last one ends; raises `FileRefused` if it does not."""
        content = self._content
        start = _START.match(content)
        position = start.start() if start else 0
        position += content[position:].find(b"{")
        tokens = 0
        match = _TOKEN.match
        while found := match(content, position):
            tokens += 1
            if tokens > MAX_TOKENS:
                raise FileRefused(RefusalCode.TOO_COMPLEX)
            position = found.end()
            kind = found.lastindex
            if kind == 5:
                self._on_plain(found[5])
            elif kind == 1:
                self._stop_skipping()
                if found[1] == b"{":
                    self._open()
                elif self._close():
                    self._fields.finish()
                    return position
            elif kind == 4:
                self._on_text(bytes.fromhex(found[4].replace(b"\\'", b"").decode()).decode("cp1252", "replace"))
            elif kind == 6:
                self._on_symbol(found[6])
            elif found[2] is not None:
                position = self._on_word(found[2], found[3], position)
            else:
                break
        raise FileRefused(RefusalCode.DAMAGED)

    def _open(self) -> None:
        self._groups += 1
        if self._groups > MAX_GROUPS or len(self._outer) >= MAX_DEPTH:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        self._outer.append(self._group)
        self._group = replace(self._group, field=False, what=None)
        self._asterisk = False

    def _close(self) -> bool:
        """End a group; True after the last."""
        group = self._group
        if group.field:
            self._fields.end()
        if group.what is not None:
            self._judge_collected(group)
        self._group = self._outer.pop()
        self._asterisk = False
        return not self._outer

    def _judge_collected(self, group: _Group) -> None:
        text = "".join(self._collected).strip()
        self._collected = []
        what = group.what or ""
        if group.text is _Text.BASE:
            judge_base(text, self._findings)
        elif group.text is _Text.CONNECTION:
            judge_connection(text, what, self._findings)
        elif group.text is _Text.ADDRESS:
            self._judge_address(text, what)
        elif group.text is _Text.NAME:
            self._property = "".join(letter for letter in text if letter.isalnum()).lower()
        else:
            self._value = text
        if group.text in {_Text.NAME, _Text.VALUE} and self._property in PICTURE_PROPERTIES:
            self._judge_address(self._value, "A picture")

    def _judge_address(self, text: str, what: str) -> None:
        if NESTED in text:
            self._findings.refuse(
                RefusalCode.REMOTE_CONTENT, f"{what} has an address that different programs read in different ways"
            )
        else:
            judge_fetched(text, what, self._findings)

    def _collect(self, text: _Text, what: str) -> None:
        self._collected = []
        self._group.text = text
        self._group.what = what

    def _on_plain(self, text: bytes) -> None:
        if b"\0" in text:
            raise FileRefused(RefusalCode.DAMAGED)
        if self._group.text is not _Text.SKIP:
            self._on_text(text.translate(None, b"\r\n").decode("cp1252", "replace"))

    def _on_text(self, text: str) -> None:
        if self._skipped:
            skipped = min(self._skipped, len(text))
            self._skipped -= skipped
            text = text[skipped:]
        kind = self._group.text
        if kind is _Text.READ:
            if self._fields.reading or "\x13" in text:
                self._fields.marked_text(text)
        elif kind is not _Text.SKIP:
            if len(self._collected) >= MAX_PIECES:
                raise FileRefused(RefusalCode.TOO_COMPLEX)
            self._collected.append(text)

    def _on_symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._asterisk = True
        elif symbol == b"\0":
            raise FileRefused(RefusalCode.DAMAGED)
        elif symbol in _ESCAPES:
            self._on_text(_ESCAPES[symbol])

    def _on_word(self, word: bytes, number: bytes | None, position: int) -> int:
        """Returns where to go on."""
        if len(word) > _LONGEST_WORD or (number is not None and len(number) > _LONGEST_NUMBER):
            raise FileRefused(RefusalCode.DAMAGED)
        word = word.lower()
        self._stop_skipping()
        asterisk, self._asterisk = self._asterisk, False
        if word == b"u":
            # A surrogate is a half of a character, written by two codes.
            self._on_text(chr(int(number or 0) % 0x10000))
            self._skipped = self._group.fallback
        elif word == b"uc":
            self._group.fallback = max(0, int(number or 1))
        elif word in {b"ansicpg", b"cpg"}:
            self._judge_code_page(int(number or 0))
        elif word == b"bin":
            return self._on_binary(max(0, int(number or 0)), position)
        elif word == b"fldinst":
            self._fields.begin()
            self._group.field = True
            self._group.text = _Text.READ
        elif word == b"fldrslt":
            self._group.text = _Text.SKIP
        elif word.startswith(b"obj"):
            self._on_object()
        elif word in SYMBOLS:
            self._on_text(SYMBOLS[word])
        else:
            self._on_destination(word, asterisk)
        return position

    def _stop_skipping(self) -> None:
        """Some programs count a word or a brace among the characters that stand in for a code, and others do not."""
        if self._skipped:
            self._skipped = 0
            self._unknown()

    def _unknown(self) -> None:
        if self._group.text is _Text.READ:
            self._fields.unknown()
        elif self._group.text is not _Text.SKIP:
            self._on_text(NESTED)

    def _judge_code_page(self, number: int) -> None:
        """Letters of the alphabet are themselves in all of the code pages of the list."""
        if number not in CODE_PAGES:
            raise refusal(RefusalCode.DAMAGED, "The document is written in a code page that no program for RTF writes")

    def _on_object(self) -> None:
        if not self._objects:
            self._objects = True
            self._findings.refuse(RefusalCode.ACTIVE_CONTENT, "The document contains an embedded or linked object")

    def _on_destination(self, word: bytes, asterisk: bool) -> None:
        if word in ADDRESSES:
            self._collect(_Text.ADDRESS, ADDRESSES[word])
        elif word in CONNECTIONS:
            self._collect(_Text.CONNECTION, "The data source of a mail merge")
        elif word == b"hlinkbase":
            self._collect(_Text.BASE, "The base address for links")
        elif word == b"sp":
            self._property = self._value = ""
        elif word == b"sn":
            self._collect(_Text.NAME, "")
        elif word == b"sv":
            self._collect(_Text.VALUE, "A picture")
        elif self._group.text is not _Text.READ or self._fields.reading:
            if word in UNSEEN:
                self._group.text = _Text.SKIP
            elif word == b"deleted" or word in DESTINATIONS or (asterisk and word not in FORMATS):
                # Programs do not agree whether the text here is a part of the instruction.
                self._unknown()

    def _on_binary(self, count: int, position: int) -> int:
        """Bytes in which a brace means nothing. A reader that loses count of them sees objects there too."""
        self._binary_parts += 1
        if self._binary_parts > MAX_BINARY_PARTS:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        if position + count > len(self._content) or self._fields.reading:
            raise FileRefused(RefusalCode.DAMAGED)
        if _OBJECT_IN_BINARY.search(self._content, position, position + count):
            self._on_object()
        return position + count
