"""Names that are web addresses: a mail program turns them into links, wherever a letter prints them.

Refused are schemes, `www.`, addresses with a path, a port or a query, email addresses, and a bare domain. An
organisation may carry its domain in its name if the name goes on like that of an organisation: *Booking.com Ltd*.
A domain is known by its end, from the list of top-level domains, so *St. John's* and *Node.js Academy* are names, and
so are initials (B.Sc, A.B.C.Training), although a few bare domains are written alike.
"""

import re
import unicodedata
from typing import Final

from app.domain.top_level_domains import TOP_LEVEL_DOMAINS

# Signs that browsers or the eye take for a full stop, a slash or a colon, and that compatibility does not map.
_LOOK_ALIKES: Final = str.maketrans({"\u3002": ".", "\u2044": "/", "\u2215": "/", "\u29f8": "/", "\u2236": ":"})
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:/{2}|\b(?:https?|ftp|javascript|mailto|tel|sms|vbscript|file):\S")
_WWW: Final = re.compile(r"\bwww\d?\.\w")
_ADDRESS: Final = re.compile(r"\S@[^\s@]+\.")
_NUMERIC: Final = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?:[/:?#]|$)")
_DOMAIN: Final = re.compile(r"(?<![\w.@-])(?:[\w-]{1,63}\.)+([\w-]{2,63})\.?(?![\w-])(?P<more>[/?#]|:\d)?")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]+\.?")
# With these a name goes on, or ends, like that of an organisation.
_WORDS: Final = """
academy ag association bv centre charity cic cio co college community company consultancy consulting corp corporation
council education enterprises foundation gmbh group holdings inc incorporated institute international learning limited
llc llp lp ltd media network nv partners partnership plc pty sa school schools services skills society solutions sports
studio systems technologies trust training uk university ventures
"""
_ORGANISATIONS: Final = frozenset(_WORDS.split())


def is_web_address(name: str, *, of_organisation: bool = False) -> bool:
    """Return true for a name that is a web or email address, or holds one."""
    text = unicodedata.normalize("NFKC", name).translate(_LOOK_ALIKES).casefold()
    if "." not in text and ":" not in text:
        return False
    if any(pattern.search(text) for pattern in (_SCHEME, _WWW, _ADDRESS, _NUMERIC)):
        return True
    domains = [found for found in _DOMAIN.finditer(text) if found["more"] or _is_domain(found)]
    if not domains:
        return False
    first = domains[0]
    begins = not text[: first.start()].removeprefix("the ").strip()
    honest = of_organisation and len(domains) == 1 and begins and not first["more"] and _goes_on(text[first.end() :])
    return not honest


def _is_domain(found: re.Match[str]) -> bool:
    end = found[1] if found[1].isascii() else f"xn--{found[1].encode('punycode').decode('ascii')}"
    return end in TOP_LEVEL_DOMAINS and _INITIALS.fullmatch(found[0]) is None


def _goes_on(rest: str) -> bool:
    words = re.findall(r"\w+", rest.replace(".", ""))
    return bool(words) and words[-1] in _ORGANISATIONS
