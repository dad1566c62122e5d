"""Where an address in a document leads: one judgement for links, pictures, templates and fields of every format."""

import re
import unicodedata
from enum import StrEnum
from urllib.parse import unquote


class Leads(StrEnum):
    """Where to."""

    INSIDE = "inside"
    """To another place of the document, or next to it."""
    OWN = "own"
    """To the reader's own drive."""
    MAIL = "mail"
    """To a letter, a part of one, or a telephone."""
    WEB = "web"
    ODD = "odd"
    """By a scheme that some program of the reader's may answer."""
    SERVER = "server"
    """To a share: asking for it sends the reader's log-in to whoever runs it."""
    SCRIPT = "script"


_WORST_FIRST = (Leads.SCRIPT, Leads.SERVER, Leads.ODD, Leads.WEB, Leads.MAIL, Leads.OWN, Leads.INSIDE)
_QUOTES = "\"'`<>“”„\N{LEFT SINGLE QUOTATION MARK}’«» "
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
_DRIVE = re.compile(r"[a-z][:|](?:/|[^:]*$)")
# Macintosh HD:Users:Anna:letter.dot, the way of Mac OS before X.
_VOLUME = re.compile(r"[\w .%-]+(?::[^:/{}?=]+)+:?")
_DEVICE = re.compile(r"(?:/{2,}[?.]|/+\?{1,2})/")
_LONG_DRIVE = re.compile(r"/+[?.]{1,2}/[a-z][:|](?:/|$)")
_VARIABLE = re.compile(r"%[\w()]+%")
_SCRIPTS = re.compile(
    r"javascript|vbscript|jscript|livescript|mocha|script|macro|vnd\.sun\.star\.(?:script|expand|cmd)|\.?uno|slot|service"
)
_SCHEMES = {
    Leads.WEB: re.compile("https?|ftps?|sftp|wss?|gopher"),
    Leads.MAIL: re.compile("mailto|cid|mid|tel|sms|fax|callto|xmpp|sip"),
    Leads.SERVER: re.compile(r"smb|cifs|nfs|afp|(?:web)?davs?|vnd\.sun\.star\.webdavs?"),
    Leads.ODD: re.compile(
        "about|data|urn|jar|blob|mk|its|mhtml|res|search|shell|hcp|ldaps?|news|nntp|view-source|feed|jnlp|tn3270|rlogin|"
        "telnet|ssh|onenote|skype|steam|zoommtg|msteams|slack|git|svn|rtsp|mms|magnet|intent|content|ms-.*|search-ms"
    ),
}
_MOST_DECODINGS = 3
_LONGEST = 32_768


def leads_to(address: str) -> Leads:
    """Judge the address as it stands and with its percent escapes decoded; the worse counts."""
    found = {_judge(address[:_LONGEST])}
    for _ in range(_MOST_DECODINGS):
        decoded = unquote(address[:_LONGEST], errors="replace")
        if decoded == address:
            break
        address = decoded
        found.add(_judge(address))
    return next(leads for leads in _WORST_FIRST if leads in found)


def _judge(address: str) -> Leads:
    """Programs drop quotes, blanks and characters that cannot be seen, and take a backslash for a slash."""
    seen = "".join(letter for letter in address if unicodedata.category(letter) not in {"Cc", "Cf"})
    plain = " ".join(seen.split()).strip(_QUOTES).replace("\\", "/").lower()
    while plain.startswith("url:"):
        plain = plain.removeprefix("url:").strip(_QUOTES)
    if not plain or plain.startswith("#") or plain == "null":
        return Leads.INSIDE
    if _VARIABLE.match(plain):
        return Leads.ODD
    if plain.startswith("/"):
        return _path(plain)
    if _DRIVE.match(plain):
        return Leads.OWN
    scheme = _SCHEME.match(plain)
    name = scheme[0][:-1] if scheme else plain.partition(":")[0]
    if _SCRIPTS.fullmatch(name) and ":" in plain:
        return Leads.SCRIPT
    if scheme is None:
        if ":" not in re.split("[/?#]", plain, maxsplit=1)[0]:
            return Leads.INSIDE
        return Leads.OWN if _VOLUME.fullmatch(plain) else Leads.ODD
    return _of_scheme(name, plain[scheme.end() :])


def _of_scheme(name: str, rest: str) -> Leads:
    if name == "file":
        return _file(rest)
    for leads, names in _SCHEMES.items():
        if names.fullmatch(name):
            return leads
    # A volume's name looks like a scheme; its folders are divided by colons too.
    return Leads.OWN if ":" in rest and _VOLUME.fullmatch(f"{name}:{rest}") else Leads.ODD


def _file(rest: str) -> Leads:
    """What follows `file:`. Two slashes are followed by a host, four or more by one as well."""
    slashes = len(rest) - len(rest.lstrip("/"))
    if slashes == 2:
        host, _, path = rest[2:].partition("/")
        if host == "localhost":
            return _path(f"/{path}")
        return Leads.OWN if _DRIVE.match(f"{host}/") and len(host) == 2 else Leads.SERVER
    if slashes >= 3:
        return _path(rest[2:])
    # Without slashes a path of any kind follows.
    return _path(rest) if slashes else _judge(rest) if not _SCHEME.match(rest) or _DRIVE.match(rest) else Leads.ODD


def _path(path: str) -> Leads:
    r"""A path that begins with a slash: `//host/share`, `\\?\UNC\host`, and `/C:/folder` or `/folder` of a drive."""
    if _DEVICE.match(path):
        return Leads.OWN if _LONG_DRIVE.match(path) else Leads.SERVER
    if not path.startswith("//"):
        return Leads.OWN
    return Leads.OWN if re.match(r"/+[a-z][:|](?:/|$)", path) and not path.startswith("////") else Leads.SERVER
