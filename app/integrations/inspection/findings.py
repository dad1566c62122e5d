"""What an inspection has found so far. One object goes through all of the checks of a file and of those inside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.domain.limits import INSPECTION_NOTICES
from app.integrations.inspection.inside import check_name
from app.integrations.inspection.notices import Notice, NoticeCode
from app.integrations.inspection.refusals import TELLING, FileRefused, RefusalCode, refusal
from app.integrations.inspection.words import LONGEST_WHERE, plain, quoted

DEEPEST = 2
"""A file may hold files, and those may hold files."""


@dataclass
class Findings:
    """Notices, and reasons to refuse the file: the most telling is told.

    A check that can go on after a reason calls `refuse`; one that cannot raises `FileRefused`.
    """

    inspect_inside: Callable[[bytes, str | None, "Findings"], None]
    """The inspector itself, for the files that a file holds."""
    depth: int = 0
    """0 for the file, 1 for one inside it."""
    notices: list[Notice] = field(default_factory=list)
    reasons: list[FileRefused] = field(default_factory=list)

    def notice(self, code: NoticeCode, detail: str, where: str | None = None) -> None:
        """Let something pass, and tell it. `detail` is a whole sentence."""
        notice = Notice(code, plain(detail), where and plain(where, LONGEST_WHERE))
        if notice not in self.notices and len(self.notices) < INSPECTION_NOTICES:
            self.notices.append(notice)

    def refuse(self, code: RefusalCode, what: str | None = None, where: str | None = None) -> None:
        """Note a reason to refuse the file; `what` and `where` as in `refusal`."""
        self.add(refusal(code, what, where))

    def add(self, refused: FileRefused) -> None:
        """Note a reason that a check has raised. Of each code, the first counts."""
        if all(refused.code is not reason.code for reason in self.reasons):
            self.reasons.append(refused)

    def judge(self) -> None:
        """Raises the most telling `FileRefused`, if there is one."""
        if self.reasons:
            raise min(self.reasons, key=lambda reason: TELLING.index(reason.code))

    def look_inside(
        self, content: bytes, name: str | None, what: str, where: str | None = None, *, also: Sequence[str] = ()
    ) -> bool:
        """Inspect a file that this one holds, by the same rules; note active content, and return False, if it fails.

        `what` says what the inner file is, such as "The attached file"; `also` are more names that it has.
        """
        called = f"{what} {quoted(name)}" if name else what
        if self.depth >= DEEPEST:
            self.refuse(RefusalCode.ACTIVE_CONTENT, f"{called} is a file in a file in a file", where)
            return False
        inner = Findings(self.inspect_inside, self.depth + 1)
        try:
            inner.inspect_inside(content, name, inner)
            for another in also:
                check_name(another, content)
            inner.judge()
        except FileRefused as refused:
            # Told as active content, so that nobody mends a document that is sound.
            self.refuse(RefusalCode.ACTIVE_CONTENT, f"{called} cannot be accepted: {refused.what}", where)
            return False
        for notice in inner.notices:
            self.notice(notice.code, notice.detail, ", ".join(filter(None, (where or called, notice.where))))
        return True
