"""Match organisations by name and email domain, to find likely duplicates."""

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
    """Drop case, accents, punctuation and legal form: `The ABC Training Co. Ltd` becomes `abc training`."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(word for word in words if word not in _LEGAL_FORMS) or " ".join(words) or name


def similar_names(left: str, right: str) -> bool:
    """Return true if a person would take the two name keys for the same organisation at a glance."""
    return left == right or SequenceMatcher(None, left, right).ratio() >= 0.82


def email_domain(address: str) -> str:
    """Return the part after the @, case-folded."""
    return address.rpartition("@")[2].casefold()


def telling_domain(domain: str) -> bool:
    """Return false for large mail providers, whose domain says nothing about the organisation."""
    return domain not in _PUBLIC_MAIL


def email_key(address: str) -> str:
    """Fold an address for comparison, so that one log-in matches however it is typed."""
    return unicodedata.normalize("NFC", address).casefold()
