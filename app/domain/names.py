"""Match organisations by name and email domain, to find likely duplicates."""

import re
import unicodedata
from difflib import SequenceMatcher

from app.domain.look_alikes import LETTERS, LOOK_LIKE

# The database has the same in `set_looks`: a change needs a migration.
_LETTERS = str.maketrans(LETTERS, LOOK_LIKE)
_LOOKS = str.maketrans(LETTERS + "i10", LOOK_LIKE + "llo")
_LEGAL_FORMS = frozenset({"the", "ltd", "limited", "plc", "llp", "cic", "cio", "co", "company", "uk", "and", "of"})
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_PUBLIC_MAIL = _GMAIL | frozenset(
    {
        "outlook.com",
        "hotmail.com",
        "hotmail.co.uk",
        "live.co.uk",
        "yahoo.com",
        "yahoo.co.uk",
    }
    | {"icloud.com", "me.com", "aol.com", "btinternet.com", "proton.me", "protonmail.com", "sky.com", "talktalk.net"}
)


_PUBLIC_LOOKS = frozenset(domain.translate(_LOOKS).replace("rn", "m") for domain in _PUBLIC_MAIL)


def name_key(name: str) -> str:
    """Drop case, accents, punctuation and legal form: `The ABC Training Co. Ltd` becomes `abc training`."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(word for word in words if word not in _LEGAL_FORMS) or " ".join(words) or name


def similar_names(left: str, right: str) -> bool:
    """Return true if a person would take the two name keys for the same organisation at a glance."""
    return left == right or SequenceMatcher(None, left, right).ratio() >= 0.82


def look(key: str) -> str:
    """What the eye sees of a name's key or a domain: keys that look alike have the same (after UTS 39's skeletons).

    Letters of other scripts become the Latin ones that they look like; `i`, `l` and `1`, `o` and `0`, and `rn` and `m`
    are the same.
    """
    return key.translate(_LOOKS).replace("rn", "m")


def looks_of(key: str) -> list[str]:
    """The looks that a key of the same eye may have in the database, the plain one first.

    `name_key` does not know a legal form in letters of another script, so it may stand at the end there.
    """
    words = key.translate(_LETTERS).split()
    plain = look(" ".join(word for word in words if word not in _LEGAL_FORMS) or key)
    return [plain, *(f"{plain} {look(form)}" for form in ("ltd", "limited"))]


def domain_look(domain: str) -> str:
    """The look of a domain as browsers show it: a label of IDNA (`xn--…`) is decoded first."""
    labels = [_decoded(label) for label in domain.split(".")]
    plain = unicodedata.normalize("NFKD", ".".join(labels)).casefold()
    return look("".join(c for c in plain if not unicodedata.combining(c)))


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def email_domain(address: str) -> str:
    """Return the part after the @, case-folded."""
    return address.rpartition("@")[2].casefold()


def telling_domain(domain: str) -> bool:
    """Return false for large mail providers, whose domain says nothing about the organisation."""
    return domain not in _PUBLIC_MAIL


def telling_look(seen: str) -> bool:
    """Return false for what looks like a large mail provider."""
    return seen not in _PUBLIC_LOOKS


def email_key(address: str) -> str:
    """Fold an address for comparison, so that one log-in matches however it is typed."""
    return unicodedata.normalize("NFC", address).casefold()


def mailbox(address: str) -> str:
    """Where letters to the address arrive: without a tag (`+…`, RFC 5233) and, at Gmail, without full stops.

    For limits only: addresses of one mailbox are different log-ins.
    """
    local, _, domain = email_key(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"
