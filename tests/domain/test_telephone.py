"""Telephone numbers as they are stored."""

import pytest

from app.domain.telephone import to_e164


@pytest.mark.parametrize(
    "text",
    [
        *("", "12345", "call me", "0" * 300, "01332" + " " * 30 + "341822", "01332 341822 x5", "\x00", "+"),
        # The contract's pattern has neither letters nor other signs.
        *("01332 ABC DEF", "0800 FLOWERS", "0115 496 0123*", "0115 496 0123#", "0115 496 0123;"),
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert to_e164(text) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("(01332) 341822", "+441332341822"),
        ("+44 (0)1332 341822", "+441332341822"),
        ("07700 900123", "+447700900123"),
        ("01632 960001", "+441632960001"),
        ("00353 1 496 0000", "+35314960000"),
        ("01332" + " " * 29 + "341822", "+441332341822"),
    ],
)
def test_stored(typed: str, stored: str) -> None:
    assert to_e164(typed) == stored
