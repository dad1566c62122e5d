"""When two organisations' names are likely to be the same, and which email domains say nothing."""

import re
import unicodedata
from difflib import SequenceMatcher

_LEGAL_FORMS = frozenset({"the", "ltd", "limited", "plc", "llp", "cic", "cio", "co", "company", "uk", "and", "of"})
_PUBLIC_MAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.uk",
        "live.co.uk",
        "yahoo.com",
        "yahoo.co.uk",
    }
    | {"icloud.com", "me.com", "aol.com", "btinternet.com", "proton.me", "protonmail.com", "sky.com", "talktalk.net"}
)


def name_key(name: str) -> str:
    """The name without case, accents, punctuation and legal form, so that `The ABC Training Co. Ltd` equals `abc
    training`."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(word for word in words if word not in _LEGAL_FORMS) or " ".join(words) or name


def similar_names(left: str, right: str) -> bool:
    """True for name keys that a person would take for the same organisation at a glance."""
    return left == right or SequenceMatcher(None, left, right).ratio() >= 0.82


def email_domain(address: str) -> str:
    """The part behind the @, folded."""
    return address.rpartition("@")[2].casefold()


def telling_domain(domain: str) -> bool:
    """False for the large mail providers, where a shared domain means nothing."""
    return domain not in _PUBLIC_MAIL


def email_key(address: str) -> str:
    """An address folded for comparison: one log-in, however it is typed."""
    return unicodedata.normalize("NFC", address).casefold()
