"""What the formula of a sheet does by itself, in OOXML and OpenDocument alike."""

import re

from app.integrations.inspection.where import Leads, leads_to

# A text, or the quoted name of a sheet or file. Either may hold the other's quotes.
_QUOTED = re.compile(r"\"(?:[^\"]|\"\")*+\"|'((?:[^']|'')*+)'")
# Functions that start a program, ask the web, or call a library.
_FUNCTIONS = re.compile(
    r"(?i)\b(?:WEBSERVICE|IMAGE|RTD|CALL|REGISTER(?:\.ID)?|EXEC|DDE|SQL\.REQUEST|FORMULA\.FILL)\s*\("
)
_FILE_OF_A_SERVER = re.compile(r"(?i)file://(?!/(?!/))")
# A link to a program, which starts it: cmd|'/c x'!A1. A bar in the name of a sheet is none.
_LINK = re.compile(r"[\w.']\|[^|!]*!")


def fetches(formula: str) -> bool:
    """True if the formula asks a program, a library, the web or a server."""
    bare = _bare(formula)
    return bool(_FUNCTIONS.search(bare) or _FILE_OF_A_SERVER.search(bare)) or any(map(_is_elsewhere, _names(formula)))


def links_a_program(formula: str) -> bool:
    """True for a link in the way of Excel (DDE)."""
    return _LINK.search(_bare(formula)) is not None


def _bare(formula: str) -> str:
    return _QUOTED.sub(lambda quoted: '""' if quoted[1] is None else "''", formula)


def _names(formula: str) -> list[str]:
    return [quoted[1] for quoted in _QUOTED.finditer(formula) if quoted[1] is not None]


def _is_elsewhere(name: str) -> bool:
    r"""True for a name that begins with a file of the web or a server: `'\\host\share\[a.xlsx]Sheet'`."""
    leads = leads_to(name)
    return leads in {Leads.WEB, Leads.SERVER, Leads.SCRIPT} or (leads is Leads.ODD and "//" in name)
