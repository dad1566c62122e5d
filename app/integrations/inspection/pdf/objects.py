"""Every object of a document, whatever refers to it.

Most objects hold nothing of interest. The library writes each as text, in which names have one spelling and strings can
be cut out; only those that match are looked at in Python, which takes ten times as long.
"""

from collections.abc import Iterator

from pikepdf import Name, Object, Pdf, Stream

from app.integrations.inspection.findings import Findings
from app.integrations.inspection.pdf.actions import CLICKED, OPENING, Actions
from app.integrations.inspection.pdf.attachments import Attachments
from app.integrations.inspection.pdf.interest import MEDIA, is_of_interest
from app.integrations.inspection.pdf.places import Places
from app.integrations.inspection.pdf.values import Value, apart, elements, entries, entry, is_dictionary, name_of
from app.integrations.inspection.refusals import RefusalCode, refusal

MOST_OBJECTS = 1_000_000

# The library's own key for a value that stands where a key should.
_MENDED = b"/QPDFFake"
_CONTEXTS = frozenset({"OpenAction", "A", "PA"})


def judge_objects(pdf: Pdf, findings: Findings) -> Attachments:
    """Judge what the objects do. The passed attached files are returned."""
    places = Places(pdf)
    actions, attachments = Actions(findings, places), Attachments(findings, places)
    chosen = list(_of_interest(pdf))
    # First what refers to actions, so that it is known how each comes to run; then what nothing refers to.
    for item in chosen:
        for part, _ in _parts(item, actions.events):
            _judge_part(part, item, actions, attachments, findings, places)
    for item in chosen:
        for part, judged in _parts(item, actions.events):
            if not judged and apart(part) not in actions.judged:
                actions.judge_unreferred(part)
        if (
            isinstance(item, Stream)
            and name_of(entry(item, "Type")) == "EmbeddedFile"
            and not attachments.inspected(item)
        ):
            attachments.judge_file(item, [])
    return attachments


def _of_interest(pdf: Pdf) -> Iterator[Object]:
    for number, item in enumerate(pdf.objects):
        if number >= MOST_OBJECTS:
            raise refusal(RefusalCode.TOO_COMPLEX, f"The document has more than {MOST_OBJECTS:,} objects")
        if not isinstance(item, Object):
            continue
        written = (item.stream_dict if isinstance(item, Stream) else item).unparse(resolved=True)
        if is_of_interest(written, of_stream=isinstance(item, Stream)):
            if _MENDED in written:
                raise refusal(RefusalCode.DAMAGED, "An object of the document can be read in several ways")
            if isinstance(item, Name):
                raise refusal(RefusalCode.ACTIVE_CONTENT, "The type of an action is stored apart from the action")
            yield item


def _parts(item: Object, events: set[tuple[int, int]]) -> Iterator[tuple[Value, bool]]:
    """Every dictionary within the object, and whether it is an action that its holder has had judged. What stands by
    itself gets its own turn. `events` are the dictionaries of events (`/AA`) that stand by themselves."""
    waiting: list[tuple[Value, bool, bool]] = [(item, False, apart(item) in events)]
    while waiting:
        part, judged, has_events = waiting.pop()
        if is_dictionary(part):
            yield part, judged
            for key, value in entries(part):
                if apart(value) is None:
                    in_context = has_events or key in _CONTEXTS or (judged and key == "Next")
                    waiting.append((value, in_context and entry(value, "S") is not None, key == "AA"))
        else:
            waiting.extend((element, False, False) for element in elements(part) if apart(element) is None)


def _judge_part(
    part: Value, item: Object, actions: Actions, attachments: Attachments, findings: Findings, places: Places
) -> None:
    held = dict(entries(part))
    # An annotation within the object of its page.
    holder = part if apart(part) is not None or "P" in held else item
    if "OpenAction" in held:
        actions.judge(held["OpenAction"], OPENING, holder)
    if "AA" in held:
        actions.judge_events(part, held["AA"], holder)
    for key in ("A", "PA"):
        if key in held:
            actions.judge(held[key], CLICKED, holder)
    if not {"EF", "RF"}.isdisjoint(held):
        attachments.judge_specification(part)
    if name_of(held.get("Subtype")) in MEDIA or name_of(held.get("Type")) == "3D" or "OnInstantiate" in held:
        findings.refuse(RefusalCode.ACTIVE_CONTENT, "The document plays sound, video or 3D models", places.of(holder))
    if "Navigator" in held or name_of(held.get("Type")) == "SlideShow":
        findings.refuse(
            RefusalCode.ACTIVE_CONTENT, "The document brings its own program to display it, as a portfolio does"
        )
    if held.get("XFA") is not None:
        findings.refuse(
            RefusalCode.ACTIVE_CONTENT, "The document is a form of Adobe LiveCycle (XFA), which runs scripts"
        )
    if isinstance(part, Stream):
        if not {"F", "FFilter", "FDecodeParms"}.isdisjoint(held):
            findings.refuse(RefusalCode.REMOTE_CONTENT, "The document reads a part of itself from another file")
        if "PS" in {name_of(held.get("Subtype")), name_of(held.get("Subtype2"))}:
            findings.refuse(RefusalCode.ACTIVE_CONTENT, "The document holds a program for a printer (PostScript)")
        if "Ref" in held:
            findings.refuse(RefusalCode.REMOTE_CONTENT, "The document shows a page of another file")
