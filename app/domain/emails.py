"""What becomes of an email: its state, and the entries of its delivery log."""

import re
import unicodedata
from enum import StrEnum

from app.domain.characters import visible

_CODE = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")


class EmailStatus(StrEnum):
    """The state of an email. `held` means rejected permanently or too often: a person has to act. `bounced` means sent
    and returned by the recipient's mail system."""

    QUEUED = "queued"
    SENT = "sent"
    HELD = "held"
    NOT_NEEDED = "not_needed"
    BOUNCED = "bounced"
    DISCARDED = "discarded"


class DeliveryOutcome(StrEnum):
    """What happened to an email, or to one of its recipients."""

    QUEUED = "queued"
    SENT = "sent"
    DEFERRED = "deferred"
    HELD = "held"
    RETRIED = "retried"
    NOT_NEEDED = "not_needed"
    DISCARDED = "discarded"
    DELAYED = "delayed"
    BOUNCED = "bounced"


class BounceAction(StrEnum):
    """What a recipient's mail system has done: given up, or not yet. Others, such as `delivered`, are no news."""

    FAILED = "failed"
    DELAYED = "delayed"


class BounceOutcome(StrEnum):
    """What became of a notice about an email that came back."""

    RECORDED = "recorded"
    ALREADY_RECORDED = "already_recorded"
    NOT_OURS = "not_ours"


def status_code(words: str) -> str | None:
    """The enhanced status code in a mail system's answer, such as `5.1.1` (RFC 3463)."""
    found = _CODE.search(words)
    return found[0] if found is not None else None


def plain(words: str, longest: int = 500) -> str:
    """Another system's words in one line, without what no database or reader takes: control characters, surrogates."""
    seen = visible(words[: 4 * longest])
    kept = (" " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign for sign in seen)
    return " ".join("".join(kept).split())[:longest]


def address_of(addressee: str) -> str:
    """The address in `Jane Doe <jane@example.org>`, as the outbox writes it: after the last `<`."""
    return addressee.rpartition("<")[2].rstrip(">")
