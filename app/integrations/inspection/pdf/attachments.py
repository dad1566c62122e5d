"""Attached files: each is inspected by the same rules, under every name that it has."""

from collections.abc import Sequence

from pikepdf import Stream

from app.integrations.inspection.findings import Findings
from app.integrations.inspection.notices import NoticeCode
from app.integrations.inspection.pdf.actions import names_of
from app.integrations.inspection.pdf.places import Places
from app.integrations.inspection.pdf.values import Value, apart, elements, entries, entry, name_of, text_of
from app.integrations.inspection.refusals import RefusalCode, refusal
from app.integrations.inspection.words import quoted

MOST_BYTES = 200 * 1024 * 1024
"""Of all attached files together, unpacked."""


class Attachments:
    """The attached files of one view of a document."""

    def __init__(self, findings: Findings, places: Places) -> None:
        self._findings = findings
        self._places = places
        self._inspected: set[tuple[tuple[int, int] | None, str | None]] = set()
        self._bytes = 0
        self.passed: list[bytes] = []

    def judge_specification(self, specification: Value) -> None:
        """Judge the files of a file specification."""
        if name_of(entry(specification, "AFRelationship")) == "EncryptedPayload":
            raise refusal(RefusalCode.ENCRYPTED, "The document itself is in an encrypted attachment")
        names = names_of(specification)
        where = self._places.of(specification)
        for _, stream in entries(entry(specification, "EF")):
            self.judge_file(stream, names, where)
        for _, related in entries(entry(specification, "RF")):
            pair = list(elements(related))
            for name, stream in zip(pair[::2], pair[1::2], strict=False):
                self.judge_file(stream, [text] if (text := text_of(name)) is not None else [], where)

    def judge_file(self, stream: Value, its_names: Sequence[str], where: str | None = None) -> None:
        """Judge one attached file."""
        if not isinstance(stream, Stream):
            return
        names: list[str | None] = [name for name in dict.fromkeys(its_names) if name]
        name = names[0] if names else None
        identity = apart(stream)
        keys = {(identity, each) for each in names or [None]}
        if identity is not None and keys <= self._inspected:
            return
        self._inspected |= keys
        called = f" {quoted(name)}" if name else ""
        content = self._content(stream)
        if content is None:
            self._findings.refuse(
                RefusalCode.ACTIVE_CONTENT,
                f"The attached file{f' {quoted(name)}' if name else ''} cannot be read",
                where,
            )
        elif self._findings.look_inside(content, name, "The attached file", where, also=its_names[1:]):
            self.passed.append(content)
            told = f"A file is attached, which passed the same inspection{':' if name else ''}{called}."
            self._findings.notice(NoticeCode.ATTACHED_FILES, told, where)

    def inspected(self, stream: Value) -> bool:
        """True if the file was judged, under whatever names."""
        identity = apart(stream)
        return any(identity == known for known, _ in self._inspected)

    def _content(self, stream: Stream) -> bytes | None:
        try:
            content: bytes = stream.read_bytes()
        except MemoryError:
            raise
        except Exception:
            # The library raises errors of many kinds for filters that it does not know and for damage.
            return None
        self._bytes += len(content)
        if self._bytes > MOST_BYTES:
            raise refusal(RefusalCode.TOO_COMPLEX, "The attached files unpack to far more than a document needs")
        return content
