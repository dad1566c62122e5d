"""Actions: what a document does by itself, and what it does on a click."""

from dataclasses import dataclass

from pikepdf import Array

from app.integrations.inspection.fetched import judge_link
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.notices import NoticeCode
from app.integrations.inspection.pdf.places import Places
from app.integrations.inspection.pdf.scripts import is_empty, only_formats
from app.integrations.inspection.pdf.values import (
    Value,
    apart,
    elements,
    entries,
    entry,
    is_dictionary,
    name_of,
    text_of,
)
from app.integrations.inspection.refusals import RefusalCode
from app.integrations.inspection.where import Leads, leads_to
from app.integrations.inspection.words import quoted

LONGEST_CHAIN = 50

_HARMLESS = frozenset({"GoTo", "Named", "Hide", "SetOCGState", "Trans", "GoToDp"})
_ON_A_CLICK = frozenset({"URI", "Thread", "ResetForm", "GoToR", "Launch"})
_FETCHES = frozenset({"URI", "GoToR"})
_FIELD_EVENTS = frozenset({"K", "F", "V", "C"})
_DOES = {
    "JavaScript": "runs a script",
    "Launch": "starts a program or opens a file",
    "SubmitForm": "sends the form's content away",
    "ImportData": "reads data from a file",
    "GoToE": "opens an attached file",
    "GoToR": "opens another file",
    "URI": "opens an address",
    "Thread": "opens another file",
    "Rendition": "plays media",
    "Movie": "plays media",
    "Sound": "plays media",
    "GoTo3DView": "shows a model in three dimensions",
    "RichMediaExecute": "plays media",
}
_SPECIFICATION_NAMES = ("F", "UF", "DOS", "Mac", "Unix")
_OPENED = frozenset(
    {"pdf", "doc", "docx", "odt", "rtf", "xls", "xlsx", "ods", "ppt", "pptx", "odp", "txt", "csv", "png", "jpg", "jpeg"}
)


@dataclass(frozen=True)
class Asked:
    """How an action comes to run."""

    words: str
    by_itself: bool
    in_a_field: bool = False


OPENING = Asked("When it is opened, the document", by_itself=True)
BY_ITSELF = Asked("Without a click, the document", by_itself=True)
IN_A_FIELD = Asked("A form field", by_itself=True, in_a_field=True)
CLICKED = Asked("A link or button", by_itself=False)
UNREFERRED = Asked("An action of the document", by_itself=False)


class Actions:
    """The judge of one view of a document's actions."""

    def __init__(self, findings: Findings, places: Places) -> None:
        self._findings = findings
        self._places = places
        self.judged: set[tuple[int, int]] = set()
        """The actions that stand by themselves and were judged by what they belong to."""
        self.events: set[tuple[int, int]] = set()
        """The dictionaries of events that stand by themselves."""

    def judge_events(self, part: Value, events: Value, holder: Value) -> None:
        """Judge the additional actions (`/AA`) of a field, a page or the document."""
        is_field = name_of(entry(part, "Subtype")) == "Widget" or not {"FT", "T"}.isdisjoint(
            key for key, _ in entries(part)
        )
        field = is_field and name_of(entry(part, "Type")) not in {"Page", "Catalog"}
        if (identity := apart(events)) is not None:
            self.events.add(identity)
        for event, action in entries(events):
            self.judge(action, IN_A_FIELD if field and event in _FIELD_EVENTS else BY_ITSELF, holder)

    def judge(self, action: Value, asked: Asked, holder: Value) -> None:
        """Judge an action and those that follow it. A destination is harmless; `holder` tells the page."""
        waiting: list[Value] = [action]
        begun: set[tuple[int, int]] = set()
        number = 0
        while waiting:
            one = waiting.pop()
            if (identity := apart(one)) is not None:
                if identity in begun:
                    continue
                begun.add(identity)
            # A destination is an array too, but holds no action.
            waiting.extend(each for each in elements(one) if isinstance(each, Array) or entry(each, "S") is not None)
            if not is_dictionary(one) or (kind := entry(one, "S")) is None:
                continue
            number += 1
            if number > LONGEST_CHAIN:
                self._findings.refuse(RefusalCode.TOO_COMPLEX, "A chain of actions is too long", self._where(holder))
                return
            if identity is not None:
                self.judged.add(identity)
            self._judge_one(one, name_of(kind), asked, holder)
            if (following := entry(one, "Next")) is not None:
                waiting.append(following)

    def judge_unreferred(self, action: Value) -> None:
        """Judge a dictionary that is an action, although nothing that was judged refers to it."""
        kind = name_of(entry(action, "S"))
        if kind in _DOES and kind not in {"URI", "GoToR", "Thread", "Movie", "Sound"}:
            self._judge_one(action, kind, UNREFERRED, action)
        elif kind != "JavaScript" and not is_empty(entry(action, "JS")):
            self._refuse(RefusalCode.ACTIVE_CONTENT, UNREFERRED, "JavaScript", action)

    def _judge_one(self, action: Value, kind: str | None, asked: Asked, holder: Value) -> None:
        # Of a key that is written twice, readers take the one or the other: a script counts whatever the kind.
        if kind == "JavaScript" or (kind in _HARMLESS and entry(action, "JS") is not None):
            self._judge_script(action, asked, holder)
        elif kind in _HARMLESS:
            return
        elif asked.by_itself or kind not in _ON_A_CLICK:
            code = RefusalCode.REMOTE_CONTENT if kind in _FETCHES else RefusalCode.ACTIVE_CONTENT
            self._refuse(code, asked, kind, holder, self._target(action))
        elif kind == "Launch":
            self._judge_launch(action, asked, holder)
        elif kind in {"GoToR", "Thread"} and (target := self._target(action)):
            self._findings.notice(
                NoticeCode.LOCAL_LINKS, f"A link opens another file, {quoted(target)}.", self._where(holder)
            )
        elif kind == "URI":
            judge_link(text_of(entry(action, "URI")) or "", self._findings, self._where(holder))

    def _judge_script(self, action: Value, asked: Asked, holder: Value) -> None:
        script = entry(action, "JS")
        if is_empty(script):
            return
        if asked.in_a_field and only_formats(script):
            self._findings.notice(
                NoticeCode.FORM_SCRIPTS,
                "Form fields have scripts that only format, check or add up what is entered.",
                self._where(holder),
            )
            return
        self._refuse(RefusalCode.ACTIVE_CONTENT, asked, "JavaScript", holder)

    def _judge_launch(self, action: Value, asked: Asked, holder: Value) -> None:
        """A click may open a document that lies beside this one; nothing else, and with no word to its program."""
        names = names_of(entry(action, "F"))
        parameters = set()
        for system in ("Win", "Mac", "Unix"):
            for key, value in entries(entry(action, system)):
                parameters.add(key)
                names += names_of(value) if key == "F" else []
        if not names or parameters - {"F"} or not all(map(_is_document, names)):
            self._refuse(RefusalCode.ACTIVE_CONTENT, asked, "Launch", holder, names[0] if names else None)
            return
        self._findings.notice(
            NoticeCode.LOCAL_LINKS, f"A link opens another file, {quoted(names[0])}.", self._where(holder)
        )

    def _refuse(
        self, code: RefusalCode, asked: Asked, kind: str | None, holder: Value, target: str | None = None
    ) -> None:
        does = _DOES.get(kind or "", "does something that is not allowed")
        self._findings.refuse(
            code, f"{asked.words} {does}{f', {quoted(target)}' if target else ''}", self._where(holder)
        )

    def _target(self, action: Value) -> str | None:
        address = text_of(entry(action, "URI"))
        return address or next(iter(names_of(entry(action, "F"))), None)

    def _where(self, holder: Value) -> str | None:
        return self._places.of(holder)


def names_of(specification: Value) -> list[str]:
    """Every name of a file specification (7.11.2), which may be a string. Readers differ in which they take."""
    if (name := text_of(specification)) is not None:
        return [name]
    return [name for key in _SPECIFICATION_NAMES if (name := text_of(entry(specification, key))) is not None]


def _is_document(name: str) -> bool:
    extension = name.rstrip(" .\0").rpartition(".")[2].lower()
    return leads_to(name) in {Leads.INSIDE, Leads.OWN} and extension in _OPENED
