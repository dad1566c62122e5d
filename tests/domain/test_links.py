"""Web addresses in the place of an interview."""

import pytest

from app.domain.links import find_links, first_link

MEETING = "https://teams.example.com/l/meetup-join/19%3ameeting_Zm?context=%7b%22a%22%7d#pin"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "3 Pride Point Drive, Derby",
        "01332 341822",
        "www.example.com",
        "javascript:alert(1)",
        "https://",
        "https://[",
        "https://[::1",
        "http://.",
        "https://exämple.org/a",
        "https://meet.example.com/{room}",
        "https://meet.example.com/50%",
        "https://bank.example@evil.example/",
    ],
)
def test_what_is_no_plain_web_address_stays_words(words: str) -> None:
    assert first_link(words) is None
    assert "".join(part for part, _ in find_links(words)) == words


@pytest.mark.parametrize(
    ("words", "link"),
    [
        (MEETING, MEETING),
        (f"Teams: {MEETING}, passcode 4711.", MEETING),
        ("(https://meet.example.com/a)", "https://meet.example.com/a"),
        ('https://meet.example.com/"onclick="x', "https://meet.example.com/"),
        ("HTTPS://Meet.Example.com", "HTTPS://Meet.Example.com"),
        ("https://a.example:8443?x=1. Or https://b.example/", "https://a.example:8443?x=1"),
    ],
)
def test_the_first_address_is_the_link(words: str, link: str) -> None:
    assert first_link(words) == link
    assert "".join(part for part, _ in find_links(words)) == words
