"""Which names and addresses count as the same."""

import pytest

from app.domain.names import email_domain, email_key, name_key, similar_names, telling_domain


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
