"""A refusal is a class: its code, sentence and members come from the class itself."""

from dataclasses import field
from typing import Annotated

import pytest

from app.domain.refusals.base import Conflict, Forbidden, Member, NotSignedIn, Refusal, ServiceUnavailable, members_of


@pytest.mark.parametrize(
    ("family", "status", "title"),
    [(Conflict, 409, "The state does not allow this"), (Forbidden, 403, "Not allowed")],
)
def test_a_refusal_takes_its_status_from_its_family(family: type[Refusal], status: int, title: str) -> None:
    class SiteIsShut(family):  # type: ignore[misc, valid-type]
        """This site is shut,
        so it cannot be changed."""

    refusal = SiteIsShut()
    assert (refusal.status, refusal.title, refusal.code) == (status, title, "site_is_shut")
    assert refusal.sentence == refusal.detail == str(refusal) == "This site is shut, so it cannot be changed."
    assert refusal.members == refusal.headers == {}


def test_a_family_has_no_code() -> None:
    class AboutSites(Conflict, family=True):
        """Groups others."""

    class Shut(AboutSites):
        """It is shut."""

    assert (AboutSites.code, AboutSites.sentence, Shut.code, Shut.sentence) == (
        "",
        "Groups others.",
        "shut",
        "It is shut.",
    )


def test_a_sentence_is_not_inherited() -> None:
    class Shut(Conflict):
        """It is shut."""

    class ShutForGood(Shut):
        pass

    # A dataclass without a docstring would get its signature for one.
    assert "It is shut" not in ShutForGood.sentence
    assert ShutForGood.code == "shut_for_good"


def test_described_fields_are_members_and_plain_ones_are_not() -> None:
    class Full(Conflict):
        """It is full."""

        limit: Annotated[int, "The most that there can be."]
        owner: Annotated[str | None, "Who owns it."] = None
        names: Annotated[list[str], "Their names."] = field(default_factory=list)
        because: str = ""

    refusal = Full(3)
    assert refusal.members == {"limit": 3, "names": []}
    assert Full(3, "Jo", ["A"]).members == {"limit": 3, "owner": "Jo", "names": ["A"]}
    assert refusal.detail == "It is full."
    assert Full(3, because="Three of three are there.").detail == "Three of three are there."
    assert members_of(Full) == {
        "limit": Member(int, "The most that there can be."),
        "owner": Member(str | None, "Who owns it."),
        "names": Member(list[str], "Their names."),
    }


def test_two_refusals_are_never_equal_and_show_no_fields() -> None:
    """Exceptions compare by identity; their fields may hold what a log must not."""

    class Held(Conflict):
        """It is held."""

        by: str

    assert Held("Jo") != Held("Jo")
    assert "by=" not in repr(Held("Jo"))


def test_a_challenge_and_a_wait_are_headers() -> None:
    class Asleep(ServiceUnavailable):
        """It is asleep."""

        retry_after_seconds = 7

    class Unknown(NotSignedIn):
        """Nobody knows you."""

    assert Asleep().headers == {"Retry-After": "7"}
    assert Unknown().headers == {"WWW-Authenticate": "Bearer"}
