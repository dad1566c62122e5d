"""Which names and addresses count as the same."""

import pytest

from app.domain.names import (
    domain_look,
    email_domain,
    email_key,
    look,
    looks_of,
    mailbox,
    name_key,
    similar_names,
    telling_domain,
    telling_look,
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("The ABC Training Co. Ltd", "abc training"),
        ("abc training", "abc training"),
        ("Café & Crème", "cafe creme"),
        ("\uff28arbour  Skills", "harbour skills"),
        ("The Company Ltd", "the company ltd"),
        ("The & Co", "the and co"),
        ("!!!", "!!!"),
    ],
)
def test_a_name_is_compared_without_case_accents_punctuation_and_legal_form(name: str, key: str) -> None:
    """A name of nothing but legal forms, or of no letters, stays."""
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("left", "right", "similar"),
    [
        ("harbour skills", "harbour skills", True),
        ("harbour skills", "harbor skills", True),
        ("harbour skills", "harbour trust", False),
        # 50 letters of which 41 agree are a ratio of exactly 0.82.
        ("a" * 41 + "b" * 9, "a" * 41 + "c" * 9, True),
        ("a" * 40 + "b" * 10, "a" * 40 + "c" * 10, False),
    ],
)
def test_names_are_similar_from_a_ratio_of_082(left: str, right: str, similar: bool) -> None:
    assert similar_names(left, right) is similar


def test_the_domain_is_what_follows_the_last_at() -> None:
    assert email_domain('"a@b"@Harbour.Example') == "harbour.example"


def test_large_mail_providers_tell_nothing() -> None:
    assert not telling_domain("gmail.com")
    assert telling_domain("harbour.example")


def test_one_log_in_however_it_is_typed() -> None:
    assert email_key("Rene\u0301@Harbour.Example") == email_key("RENÉ@harbour.example") == "ren\u00e9@harbour.example"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Harbour Lane Training", "\u041d\u0430rb\u043eur L\u0430n\u0435 Tr\u0430ining"),
        ("HARBOUR", "\u041d\u0410RB\u041eUR"),
        ("Harbour Lane", "Harb0ur Iane"),
        ("Marine Skills", "Rnarine Skills"),
        ("\uff28arbour", "Harbour"),
        ("Søren", "Soren"),
    ],
)
def test_names_that_look_alike_have_one_look(left: str, right: str) -> None:
    assert look(name_key(left)) == look(name_key(right))


def test_a_legal_form_in_other_letters_hides_no_look() -> None:
    fake = name_key("\u041d\u0430rbour Lane Lt\u0501")
    assert looks_of(fake)[0] == look("harbour lane")
    assert look(fake) in looks_of("harbour lane")


def test_names_that_look_different_have_their_own_look() -> None:
    names = ["Harbour Lane", "Harbour Line", "\u0413\u0430\u0432\u0430\u043d\u044c", "Abbey Skills", "\u6e2f\u6e7e"]
    assert len({look(name_key(name)) for name in names}) == len(names)


def test_a_domain_is_judged_as_a_browser_shows_it() -> None:
    fake = "h\u0430rbour.example".encode("idna").decode("ascii")
    assert fake.startswith("xn--")
    assert domain_look(fake) == domain_look("harbour.example") == domain_look("HARB0UR.example".lower())
    assert all(domain_look(f"xn--{label}.example") for label in ("\u00e9", "", "999999999"))
    assert not telling_look(domain_look("gmai1.com"))
    assert telling_look(domain_look("harbour.example"))


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("Jo.Patel@Example.com", "jo.patel@example.com"),
        ("jo.patel+work+2@example.com", "jo.patel@example.com"),
        ("Jo.Pa.tel+1@GoogleMail.com", "jopatel@gmail.com"),
        ("+jo@example.com", "+jo@example.com"),
    ],
)
def test_every_spelling_of_an_address_is_one_mailbox(address: str, found: str) -> None:
    assert mailbox(address) == found
