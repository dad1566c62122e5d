"""The welcome pack of a recognised centre (R22)."""

from dataclasses import replace
from datetime import date

from app.pdf.welcome_pack import ContactRoleReminder, WelcomePackAction, WelcomePackDocument, render_welcome_pack
from app.settings import AccountTeamMember, AwardingOrganisation
from tests.pdf.pdf_reading import invisible_signs_in, is_tagged_in_british_english, links_in, words

ORGANISATION = AwardingOrganisation()
PACK = WelcomePackDocument(
    centre_name="Riverside *College* #1",
    address_lines=("12 River Street", "Derby", "DE1 2AB"),
    addressee="Sam Taylor",
    certificate_number="CERT-2026-000001",
    recognised_from=date(2026, 12, 7),
    issued_on=date(2026, 12, 8),
    centre_lead_name="Alex Morgan",
    account_team=(
        AccountTeamMember(
            role="Business development", name="Jo Field", email="jo@example.org", telephone="01332 341823"
        ),
    ),
    actions=(WelcomePackAction(description="Send the _revised_ sampling strategy.", due_on=date(2027, 1, 15)),),
    roles=(
        ContactRoleReminder(
            title="Finance contact", held_by=("Pat Jones",), responsibilities=("timely payment of invoices",)
        ),
    ),
)


def test_no_actions_section_without_actions() -> None:
    text = words(render_welcome_pack(replace(PACK, actions=()), ORGANISATION))
    assert "Our acceptance comes with actions" not in text
    assert "Your actions" not in text


def test_an_unassigned_centre_lead_is_announced() -> None:
    text = words(render_welcome_pack(replace(PACK, centre_lead_name=None), ORGANISATION))
    assert "We will tell you the name of your centre lead" in text
    assert "none" not in text.lower()


def test_it_names_people_dates_and_links() -> None:
    text = words(render_welcome_pack(PACK, ORGANISATION))
    for expected in (
        "Riverside *College* #1",
        "CERT-2026-000001",
        "Jo Field",
        "01332 341823",
        "Alex Morgan",
        "Send the _revised_ sampling strategy.",
        "Friday 15 January 2027",
        "Pat Jones",
        "timely payment of invoices",
        "Being an AIM centre guide",
        "01332 341822",
    ):
        assert expected in text


def test_the_account_team_is_reached_by_links() -> None:
    rendered = render_welcome_pack(replace(PACK, centre_name="Wolverhampton" * 12), ORGANISATION)
    assert invisible_signs_in(rendered) == set()
    team = {f"mailto:{member.email}" for member in PACK.account_team}
    assert team < links_in(rendered)
    assert "tel:01332341823" in links_in(rendered)


def test_it_is_accessible_and_reproducible() -> None:
    rendered = render_welcome_pack(PACK, ORGANISATION)
    assert rendered == render_welcome_pack(PACK, ORGANISATION)
    assert is_tagged_in_british_english(rendered)
