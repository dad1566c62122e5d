"""Which names are web addresses, and which are honest."""

import pytest

from app.domain.web_names import is_web_address

ADDRESSES = [
    "https://evil.example/login",
    "HTTP://EVIL.EXAMPLE",
    "hxxp://evil.example",
    "Log in: https://evil.example",
    "https:evil",
    "javascript:alert(1)",
    "mailto:eve@evil.example",
    "www.evil.example",
    "WWW2.evil",
    "Harbour www.evil.example Ltd",
    "evil.example",
    "evil.example/login",
    "evil.example:8080",
    "evil.com?next=1",
    "Harbour evil.com/login Ltd",
    "evil.co.uk",
    "t.co/abc",
    "Please visit evil.com now",
    "Your account: evil.com Ltd",
    "evil.com Ltd or evil2.com Ltd",
    "evil.com log in now",
    "eve@evil.example",
    "Harbour, eve@evil.com Ltd",
    "192.0.2.1",
    "192.0.2.1/login",
    "evil\uff0ecom",
    "evil\u3002com",
    "evil\u2024com",
    "evil.example\u2215login",
    "evil.example\uff0flogin",
    "https\uff1a//evil.example",
    "пример.рф",
    "evil.公司",
    "evil.com.",
    "evil.xn--p1ai",
]
HONEST = [
    "Booking.com Ltd",
    "The Booking.com Group",
    "Booking.com B.V.",
    "Learn4Life.co.uk Ltd",
    "Learn4Life.co.uk Training Limited",
    "Learning.net C.I.C.",
    "St. John's",
    "St.John",
    "St.John's College",
    "A.B.C. Training",
    "A.B.C.Training",
    "Ann Lee B.Sc. M.Com",
    "J.Li",
    "J. R. R. Tolkien",
    "J.R.R. Tolkien",
    "U.K. Skills",
    "Node.js Academy",
    "No.1 Training",
    "Q&A: Training and more",
    "Re:Start Ltd",
    "Construction/Plant Ltd",
    "Skills@Work Ltd",
    "24/7 Care Training",
    "Level 1.2 Tutors",
    "Inst. of Co. Ltd",
    "WWW Training",
    "Zoë O’Brien",
    "مؤسسة التدريب",
]


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_web_address_is_no_name(name: str) -> None:
    assert is_web_address(name)
    assert is_web_address(name, of_organisation=True)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_name_passes(name: str) -> None:
    assert not is_web_address(name, of_organisation=True)


def test_a_person_has_no_domain() -> None:
    assert is_web_address("Booking.com Ltd")
    assert not is_web_address("St.John")
    assert not is_web_address("J.R.R.")


def test_a_long_hostile_name_costs_little() -> None:
    for name in ("a." * 100, "a-" * 100 + ".com", "." * 200, "https:" * 33, "@" * 200, "a@" * 100):
        is_web_address(name, of_organisation=True)
