"""Every letter is found, complete and queued somewhere, and reads the rows that earlier releases stored."""

import ast
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError

from app.letters.catalogue import UnknownLetterError, all_letters, find_letter, restore
from app.letters.letter import Letter
from app.letters.rendering import template_of

APP = Path(__file__).parents[2] / "app"
ID = "019c4c24-b500-77b0-9cb2-b5f4ef0d5725"
OTHER_ID = "019fc6a3-0400-7950-9afb-5e3c2b4511e9"
MOMENT = "2026-12-07T14:30:00.123456+00:00"

# The rows as release 1.0.0 stored them. Never change a line: every deployment has such rows.
STORED_BY_1_0_0 = [
    ("initial_application_received", {"initial_application_id": ID}),
    ("initial_application_declined", {"initial_application_id": ID}),
    ("initial_applications_late", {"alerted_at": MOMENT}),
    ("log_in_details", {"membership_id": ID, "invited_by": OTHER_ID}),
    ("log_in_details", {"membership_id": ID, "invited_by": None}),
    ("log_in_details", {"membership_id": ID}),
    ("centre_user_invited", {"membership_id": ID, "invited_by": OTHER_ID}),
    ("centre_user_invited", {"membership_id": ID}),
    ("added_to_centre", {"membership_id": ID, "invited_by": OTHER_ID}),
    ("added_to_centre", {"membership_id": ID}),
    ("staff_log_in_details", {"staff_id": ID}),
    ("added_to_staff", {"staff_id": ID}),
    ("password_reset", {"person_id": ID}),
    ("password_changed", {"person_id": ID}),
    ("application_submitted", {"submission_id": ID}),
    ("application_in_inbox", {"submission_id": ID}),
    ("application_resubmitted", {"submission_id": ID}),
    ("application_returned", {"review_id": ID}),
    ("return_items_answered", {"review_id": ID}),
    ("initial_review_passed", {"invoice_id": ID}),
    ("invoice_issued", {"invoice_id": ID}),
    ("invoice_overdue", {"invoice_id": ID}),
    ("payment_received", {"entry_id": ID}),
    ("payment_reversed", {"entry_id": ID}),
    ("centre_lead_assigned", {"application_id": ID}),
    ("no_centre_lead_available", {"application_id": ID}),
    ("interview_arranged", {"interview_id": ID}),
    ("interview_rescheduled", {"interview_id": ID, "previous_starts_at": MOMENT}),
    ("interview_rescheduled", {"interview_id": ID}),
    ("interview_cancelled", {"interview_id": ID}),
    ("recommendation_made", {"recommendation_id": ID}),
    ("referred_back", {"decision_id": ID}),
    ("application_accepted", {"decision_id": ID}),
    ("application_accepted_with_actions", {"decision_id": ID}),
    ("application_rejected", {"decision_id": ID}),
    ("application_withdrawn", {"application_id": ID}),
    ("application_withdrawn_staff", {"application_id": ID}),
    ("action_evidence_received", {"evidence_id": ID}),
    ("action_closed", {"action_id": ID}),
    ("action_more_evidence_needed", {"action_id": ID}),
    ("action_overdue", {"action_id": ID}),
    ("action_overdue_staff", {"action_id": ID}),
    ("agreement_version_published", {"document_id": ID}),
    ("agreement_version_published", {"document_id": ID, "application_id": OTHER_ID}),
]
every_letter = pytest.mark.parametrize("letter", all_letters().values(), ids=all_letters().keys())


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(UnknownLetterError, match="no letter has the kind nonsense"):
        restore("nonsense", {"person_id": ID})


@pytest.mark.parametrize("arguments", [{}, {"staff_id": ID}, {"person_id": "somebody"}, {"person_id": None}])
def test_arguments_that_do_not_fit_are_refused(arguments: dict[str, str | None]) -> None:
    with pytest.raises(ValidationError, match="person_id"):
        restore("password_changed", arguments)


@pytest.mark.parametrize(("kind", "arguments"), STORED_BY_1_0_0)
def test_rows_of_the_first_release_stay_readable(kind: str, arguments: dict[str, str | None]) -> None:
    letter = restore(kind, arguments)
    assert letter.kind == kind
    for field in fields(letter):
        stored = arguments.get(field.name)
        expected = None if stored is None else datetime.fromisoformat(stored) if stored == MOMENT else UUID(stored)
        assert getattr(letter, field.name) == expected


def test_every_kind_of_the_first_release_still_exists() -> None:
    kinds = {kind for kind, _ in STORED_BY_1_0_0}
    assert len(kinds) == 38
    assert kinds <= all_letters().keys()


@pytest.mark.parametrize(("kind", "arguments"), STORED_BY_1_0_0)
def test_a_letter_survives_being_stored(kind: str, arguments: dict[str, str | None]) -> None:
    letter = restore(kind, arguments)
    assert restore(kind, letter.arguments()) == letter


@every_letter
def test_a_letter_is_a_module_with_its_template_beside_it(letter: type[Letter]) -> None:
    template = template_of(letter)
    assert template.is_file()
    assert template.parent.parent == APP / "letters"
    assert find_letter(letter.kind) is letter


def test_every_template_has_a_letter() -> None:
    beside = {template_of(letter) for letter in all_letters().values()}
    assert {path for path in (APP / "letters").glob("*/*.jinja") if path.parent.name != "layouts"} == beside


def test_every_letter_is_queued_somewhere() -> None:
    named: set[str] = set()
    for path in APP.rglob("*.py"):
        if "letters" not in path.relative_to(APP).parts:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            named |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert {letter.__name__ for letter in all_letters().values()} - named == set()


def test_letters_are_queued_as_objects() -> None:
    """No caller passes `outbox.queue` a kind as a string, and only the outbox creates `Email` rows."""
    kinds = set(all_letters())
    for path in APP.rglob("*.py"):
        name = path.relative_to(APP).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "outbox.queue":
                strings = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
                assert not strings & kinds, name
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Email":
                assert name == "outbox.py"
