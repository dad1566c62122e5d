"""Put field instructions together from the pieces of a document, and judge each field when it ends."""

import re

from app.integrations.inspection.fields import NESTED, judge_field
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.refusals import FileRefused, RefusalCode

MAX_FIELDS = 100_000
MAX_NESTED_FIELDS = 200

_MAX_CHARACTERS = 4_000_000
_BEGIN, _SEPARATOR, _END = "\x13", "\x14", "\x15"
# No document of XML can hold this character; in others it does nothing but have a field judged twice.
_DELETED = "\ufffe"
_DELETED_TEXT = re.compile(f"{_DELETED}[^{_DELETED}]*{_DELETED}?")
_MARKS = re.compile(f"([{_BEGIN}{_SEPARATOR}{_END}])")


class Instructions:
    """The fields of one text. A field holds an instruction, then perhaps a result, and either may hold fields."""

    def __init__(self, findings: Findings, where: str | None = None) -> None:
        self._findings = findings
        self._where = where
        self._open: list[list[str]] = []
        self._reading: list[bool] = []
        self._fields = 0
        self._characters = 0

    @property
    def reading(self) -> bool:
        """True within an instruction."""
        return bool(self._reading) and self._reading[-1]

    def begin(self) -> None:
        """A field begins."""
        self._fields += 1
        if self._fields > MAX_FIELDS or len(self._open) >= MAX_NESTED_FIELDS:
            raise FileRefused(RefusalCode.TOO_COMPLEX)
        self._open.append([])
        self._reading.append(True)

    def separate(self) -> None:
        """The instruction ends, and the result follows."""
        if self._reading:
            self._reading[-1] = False

    def end(self) -> None:
        """The field ends."""
        if not self._open:
            return
        instruction = "".join(self._open.pop())
        self._reading.pop()
        judge_field(instruction.replace(_DELETED, ""), self._findings, self._where)
        if _DELETED in instruction:
            judge_field(_DELETED_TEXT.sub("", instruction), self._findings, self._where)
        self.unknown()

    def text(self, text: str) -> None:
        """More text, which counts within an instruction."""
        if self._reading and self._reading[-1]:
            self._characters += len(text)
            if self._characters > _MAX_CHARACTERS:
                raise FileRefused(RefusalCode.TOO_COMPLEX)
            self._open[-1].append(text)

    def unknown(self) -> None:
        """What stands here is told apart by nobody but the program that opens the document."""
        self.text(NESTED)

    def deleted(self) -> None:
        """Text that a change takes out begins or ends here: the field is judged with it and without it."""
        self.text(_DELETED)

    def marked_text(self, text: str) -> None:
        """Text with the marks that Word stores for begin, separator and end."""
        for piece in _MARKS.split(text):
            if piece == _BEGIN:
                self.begin()
            elif piece == _SEPARATOR:
                self.separate()
            elif piece == _END:
                self.end()
            elif piece:
                self.text(piece)

    def finish(self) -> None:
        """Judge the fields that never end too."""
        while self._open:
            self.end()
