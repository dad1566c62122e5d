"""What a field of a word processing document does, from its instruction: the same judgement for DOC, DOCX and RTF.

The formats put the instruction together: from all of its runs, decoded, with `NESTED` for each field within it, which
is judged by itself before.
"""

import re
import sys
import unicodedata

from app.integrations.inspection.fetched import judge_link
from app.integrations.inspection.findings import Findings
from app.integrations.inspection.notices import NoticeCode
from app.integrations.inspection.refusals import RefusalCode
from app.integrations.inspection.where import Leads, leads_to
from app.integrations.inspection.words import quoted

NESTED = "\uffff"
"""Stands for a field within the instruction. No document can hold this character."""

_STARTS_PROGRAMS = frozenset({"DDE", "DDEAUTO"})
_FETCHES = frozenset({"INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "LINK", "RD", "DATABASE", "DATA"})
_NAME = re.compile(rf"[\w{NESTED}]*")
# Word passes over blanks and quotes, and in a code page of two bytes over a blank that looks like letters here.
_BEFORE_NAME = re.compile(rf"[^A-Za-z0-9_={NESTED}]*")
# Quotes of all kinds, or a word. A word that begins with one backslash is a switch, with two an address.
_ARGUMENT = re.compile(r'["“”]((?:\\.|[^"“”\\])*+)["“”]?|(\\(?!\\)[^\s"“”\\]*)|([^\s"“”]+)')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_NUMBER = re.compile(r"(?i:0x[0-9a-f]{1,6}|[0-9]{1,7})")
_CONNECTION = re.compile(r"(?i)(?:server|data source|address|addr|network address|dbq|url|location)\s*=\s*([^;]*)")
_LAST_CHARACTER = 0x10FFFF
_WORST_FIRST = (Leads.SCRIPT, Leads.SERVER, Leads.ODD, Leads.WEB, Leads.OWN, Leads.MAIL)
# What parts words in Word: blanks, the ends of lines, columns and cells. The others of no width are nothing there.
_UNSEEN = {
    code: " " if chr(code) in "\t\n\v\f\r\x07\x0e" or (category != "Cc" and chr(code).isspace()) else None
    for code in range(sys.maxunicode + 1)
    if (category := unicodedata.category(chr(code))) in {"Cc", "Cf"} or chr(code).isspace()
}
# The letters of a font of symbols stand in the private area.
_UNSEEN |= {0xF000 + code: _UNSEEN.get(code, chr(code)) for code in range(0x20, 0x100)}


def judge_field(instruction: str, findings: Findings, where: str | None = None) -> None:
    """Note in `findings` what the field would do unasked; `where` is its page or part."""
    text = _seen(instruction)
    name, rest = _name(text)
    if _computed(name):
        findings.refuse(
            RefusalCode.ACTIVE_CONTENT, "A field gets its name from another field, and may start a program", where
        )
    elif name in _STARTS_PROGRAMS or name.startswith("DDEAUTO"):
        findings.refuse(RefusalCode.ACTIVE_CONTENT, f"A field starts a program when it is updated: {name[:20]}", where)
    elif name == "QUOTE":
        _judge_quotation(rest, findings, where)
    elif name in _FETCHES:
        _judge_fetching(name, rest, findings, where)
    elif name == "HYPERLINK":
        for address in _arguments(rest)[:1]:
            judge_link(address, findings, where)


def _seen(instruction: str) -> str:
    """Without the characters that cannot be seen, and with blanks for tabs and line ends."""
    return instruction.translate(_UNSEEN)


def _name(text: str) -> tuple[str, str]:
    before = _BEFORE_NAME.match(text)
    assert before is not None
    name = _NAME.match(text, before.end())
    assert name is not None
    return name[0].upper(), text[name.end() :]


def _computed(name: str) -> bool:
    """True if another field writes the name, or the end of one that would act. `IF` before a field is whole."""
    start, nested, _ = name.partition(NESTED)
    return bool(nested) and any(acting.startswith(start) for acting in (*_STARTS_PROGRAMS, *_FETCHES, "QUOTE"))


def _arguments(text: str) -> list[str]:
    """The arguments without switches; doubled backslashes stay, for `leads_to` takes any number of them."""
    return [argument for match in _ARGUMENT.finditer(text) if (argument := match[1] or match[3])]


def _judge_quotation(rest: str, findings: Findings, where: str | None) -> None:
    """QUOTE writes text, also by the codes of its characters: the text may be the name of a field that does things."""
    written = [argument if (code := _code(argument)) is None else chr(code) for argument in _arguments(rest)]
    names = {_name(_seen(between.join(written)))[0] for between in ("", " ")}
    if names & (_STARTS_PROGRAMS | _FETCHES) or any(name.startswith("DDE") for name in names):
        findings.refuse(
            RefusalCode.ACTIVE_CONTENT, "A field builds the name of another field, which acts without a click", where
        )


def _code(argument: str) -> int | None:
    if not _NUMBER.fullmatch(argument):
        return None
    code = int(argument, 16 if argument.lower().startswith("0x") else 10)
    return code if code <= _LAST_CHARACTER else None


def _judge_fetching(name: str, rest: str, findings: Findings, where: str | None) -> None:
    if NESTED in rest:
        findings.refuse(
            RefusalCode.REMOTE_CONTENT, f"A field fetches from an address that another field builds: {name}", where
        )
        return
    arguments = _arguments(rest)
    # The class of a linked object and the range of a sheet look odd, and are no addresses.
    first = arguments[1:2] if name == "LINK" else arguments[:1]
    judged = {
        leads: each
        for each in arguments
        if ((leads := _leads_to(each)) is not Leads.ODD or each in first)
        and not (name == "DATABASE" and _CONNECTION.search(each))
    }
    if name == "DATABASE":
        # A connection names its server without slashes; only a file on a drive is none.
        sources = [match[1] for each in arguments for match in _CONNECTION.finditer(each)]
        if named := [source for source in sources if leads_to(source) is not Leads.OWN]:
            judged[Leads.SERVER] = named[0]
        elif sources:
            judged[Leads.OWN] = sources[0]
    for leads in _WORST_FIRST:
        if leads in judged:
            _judge_address(name, leads, judged[leads], findings, where)
            return


def _leads_to(argument: str) -> Leads:
    r"""A backslash escapes a letter, so that `\h` is one, or divides folders: the worse counts."""
    leads = {leads_to(argument), leads_to(_ESCAPE.sub(r"\1", argument))}
    return next((each for each in _WORST_FIRST if each in leads), Leads.INSIDE)


def _judge_address(name: str, leads: Leads, address: str, findings: Findings, where: str | None) -> None:
    if leads in {Leads.OWN, Leads.MAIL}:
        findings.notice(
            NoticeCode.LOCAL_REFERENCES,
            f"A field ({name}) names a file on the author's own drive, {quoted(address)}, which others do not have.",
            where,
        )
    elif leads is Leads.WEB and name == "INCLUDEPICTURE":
        findings.notice(NoticeCode.WEB_PICTURES, f"A picture comes from the web: {quoted(address)}.", where)
    else:
        findings.refuse(RefusalCode.REMOTE_CONTENT, f"A field ({name}) fetches {quoted(address)}", where)
