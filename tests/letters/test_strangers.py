"""Letters to addresses that nobody has proven: they carry no words of whoever typed the address."""

import pytest

from app.letters.centre_users.invited import CentreUserInvited
from app.letters.initial_applications.declined import InitialApplicationDeclined
from app.letters.initial_applications.late import InitialApplicationsLate, LateInitialApplication
from app.letters.initial_applications.late import Words as LateWords
from app.letters.initial_applications.received import InitialApplicationReceived
from app.letters.letter import Letter
from app.letters.rendering import render
from app.settings import AwardingOrganisation
from tests.letters.samples import typed

HOSTILE = "https://evil.example/login"


@pytest.mark.requirement("R02")
@pytest.mark.parametrize("letter", [InitialApplicationReceived, InitialApplicationDeclined])
def test_a_letter_about_an_initial_application_greets_everybody_alike(letter: type[Letter]) -> None:
    rendered = render(letter, letter.sample, AwardingOrganisation())
    assert rendered.text.startswith("Dear applicant\n")
    assert "organisation_name" not in letter.sample.__dataclass_fields__


@pytest.mark.requirement("R10")
def test_an_invitation_does_not_greet_by_a_name_that_somebody_else_typed() -> None:
    assert CentreUserInvited.sample.recipient_name == "colleague"


@pytest.mark.requirement("R05")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (HOSTILE, "https[:]//evil[.]example/login"),
        ("www.evil.example", "www[.]evil[.]example"),
        ("reset@evil.example", "reset@evil[.]example"),
        ("Booking.com Ltd", "Booking[.]com Ltd"),
        ("St. John's College", "St. John's College"),
    ],
)
def test_a_strangers_name_is_marked_and_is_no_link_in_mail_to_staff(name: str, shown: str) -> None:
    row = InitialApplicationsLate.sample
    assert isinstance(row, LateWords)
    [late] = row.applications
    words = LateWords(
        recipient_name=row.recipient_name, applications=(LateInitialApplication(late.reference, name, late.due_on),)
    )
    rendered = render(InitialApplicationsLate, words, AwardingOrganisation())
    assert f"Organisation, as the sender typed it: {shown}" in rendered.text
    assert shown.replace("'", "&#39;") in rendered.html
    assert HOSTILE not in rendered.html


def test_every_hostile_sample_still_renders() -> None:
    for letter in (InitialApplicationReceived, InitialApplicationDeclined, InitialApplicationsLate, CentreUserInvited):
        rendered = render(letter, typed(letter, HOSTILE), AwardingOrganisation())
        assert f'href="{HOSTILE}' not in rendered.html
