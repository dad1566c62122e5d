"""Replies to a letter reach the people who answer at its stage (R25)."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.integrations.mailer import read_captured
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.letters.catalogue import all_letters
from app.letters.letter import Stage
from app.letters.readers import reply_to
from app.settings import Settings
from tests.world import World

APPLICATIONS = "applications@aim-group.org.uk"
ENQUIRIES = "enquiries@aimgroup.org.uk"


@pytest.mark.parametrize("kind", all_letters())
def test_every_letter_declares_its_stage(kind: str) -> None:
    assert "stage" in vars(all_letters()[kind]), "a letter that inherits its stage has forgotten it"


@pytest.mark.requirement("R25")
@pytest.mark.parametrize(
    ("configured", "stage", "expected"),
    [
        ({}, Stage.APPLICATIONS, APPLICATIONS),
        ({}, Stage.ENQUIRIES, ENQUIRIES),
        ({}, Stage.FINANCE, ENQUIRIES),
        ({"enquiries": "help@example.org"}, Stage.FINANCE, "help@example.org"),
        ({"enquiries": "help@example.org"}, Stage.APPLICATIONS, APPLICATIONS),
        ({"finance": "accounts@example.org"}, Stage.FINANCE, "accounts@example.org"),
        ({"finance": "accounts@example.org"}, Stage.ENQUIRIES, ENQUIRIES),
        ({"applications": "new@example.org"}, Stage.APPLICATIONS, "new@example.org"),
    ],
)
def test_a_setting_overrides_the_guides_contact(configured: Mapping[str, Any], stage: Stage, expected: str) -> None:
    settings = Settings(reply_to=configured)  # type: ignore[arg-type]
    assert reply_to(settings, stage) == f"AIM <{expected}>"


@pytest.mark.parametrize("address", ["", "nobody", "a@example.org\r\nBcc: eve@example.net", "a b@example.org"])
def test_a_setting_that_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="reply_to"):
        Settings(reply_to={"finance": address})  # type: ignore[arg-type]


@pytest.mark.requirement("R25")
async def test_the_acknowledgement_asks_for_replies_about_log_in_details(means: Means, world: World) -> None:
    await world.checked()
    await run_queued_jobs(means)
    received = [
        mail for mail in read_captured(means.settings.data_dir / "mail") if "initial application" in mail.subject
    ]
    headers = received[0].path.read_bytes().partition(b"\r\n\r\n")[0]
    assert f"Reply-To: AIM <{APPLICATIONS}>".encode() in headers
