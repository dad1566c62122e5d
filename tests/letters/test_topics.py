"""Every letter to a centre has a topic that centres choose by, or a reason why it has none."""

import ast
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from app.domain.letter_topics import LetterTopic
from app.letters.catalogue import all_letters
from app.letters.letter import Audience

_T = LetterTopic
BY_TOPIC: Final[Mapping[LetterTopic, frozenset[str]]] = {
    _T.APPLICATION: frozenset(
        {
            "agreement_version_published",
            "application_closed",
            "application_reopened",
            "application_stands_still",
            "application_submitted",
            "application_to_be_closed",
            "application_withdrawn",
            "file_redacted",
            "file_refused_by_scanner",
            "initial_review_passed",
        }
    ),
    _T.RETURNS: frozenset({"application_returned", "return_unanswered"}),
    _T.INVOICES: frozenset(
        {
            # Where the invoice is what is abandoned.
            "application_to_be_closed",
            "credit_moved",
            "fee_waived",
            "invoice_credited",
            "invoice_due",
            "invoice_issued",
            "invoice_overdue",
            "invoice_sent_again",
            "payment_received",
            "payment_recorded",
            "payment_refunded",
            "payment_reversed",
        }
    ),
    _T.INTERVIEWS: frozenset(
        {
            "interview_arranged",
            "interview_cancelled",
            "interview_joined",
            "interview_left",
            "interview_rescheduled",
            "interview_soon",
        }
    ),
    _T.DECISIONS: frozenset(
        {
            "application_accepted",
            "application_accepted_with_actions",
            "application_rejected",
            "name_change_approved",
            "name_change_refused",
        }
    ),
    _T.ACTIONS: frozenset({"action_closed", "action_due", "action_more_evidence_needed", "action_overdue"}),
}
"""A new letter to a centre has its place here, and asks `readers.people_of` for that topic."""

_ACCOUNT = "about one person's own account: to them, and to nobody by choice"
_PUBLIC = "before there is a centre that could choose"
_USERS = "about who acts for the centre: to everybody who could object, and no choice may add or leave out a reader"
WITHOUT: Final[Mapping[str, str]] = {
    "added_to_centre": _ACCOUNT,
    "centre_user_invited": _ACCOUNT,
    "email_address_changed": _ACCOUNT,
    "email_change_requested": _ACCOUNT,
    "email_change_to_confirm": _ACCOUNT,
    "log_in_details": _ACCOUNT,
    "password_changed": _ACCOUNT,
    "password_reset": _ACCOUNT,
    "recovery_code_used": _ACCOUNT,
    "second_factor_added": _ACCOUNT,
    "second_factor_removed": _ACCOUNT,
    "second_factors_reset": _ACCOUNT,
    "initial_application_declined": _PUBLIC,
    "initial_application_received": _PUBLIC,
    "centre_user_changed_on_behalf": _USERS,
    "super_user_replaced": _USERS,
    "super_user_replacement_asked": _USERS,
}
TO_CENTRES: Final = {kind for kind, letter in all_letters().items() if letter.sample.audience is Audience.CENTRE}
# They know every topic, or none.
_SHARED: Final = {"app.letters.readers", "app.letters.letter", "app.letters.samples"}


def test_every_letter_to_a_centre_has_a_topic_or_a_reason() -> None:
    with_topic = {kind for kinds in BY_TOPIC.values() for kind in kinds}
    assert sorted([*with_topic, *WITHOUT]) == sorted(TO_CENTRES)
    assert set(BY_TOPIC) == set(LetterTopic)


@pytest.mark.parametrize("kind", sorted(TO_CENTRES))
def test_it_goes_to_the_readers_of_its_topic(kind: str) -> None:
    expected = {topic.name for topic, kinds in BY_TOPIC.items() if kind in kinds}
    assert set(_topics_in(all_letters()[kind].__module__, set())) == expected


def _topics_in(module: str, seen: set[str]) -> Iterator[str]:
    """The topics that the module names, or a module of letters that it builds on."""
    seen.add(module)
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    for node in ast.walk(ast.parse(Path(spec.origin).read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "LetterTopic":
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.letters."):
            assert node.module is not None
            if node.module not in seen | _SHARED:
                yield from _topics_in(node.module, seen)
