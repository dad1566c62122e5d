"""The numbers that a bank line may quote."""

import pytest

from app.domain.bank import numbers_in

OURS = "INV-2026-000045"


@pytest.mark.parametrize(
    "text",
    [
        "INV-2026-000045",
        "pmt inv 2026 45 thanks",
        "INV2026000045",
        "INV/2026/0045",
        "FPI TRENT VALLEY INV-2026-45.",
        "(inv_2026_000045)",
    ],
)
def test_separators_and_leading_zeros_are_optional(text: str) -> None:
    assert OURS in numbers_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "INV-2026-0000451",
        "INV-2026-450",
        "XINV-2026-000045",
        "1INV-2026-000045",
        "INV-20266-000045",
        "INV-2025-000045",
        "2026-000045",
        "45",
        "",
    ],
)
def test_another_number_is_never_taken_for_ours(text: str) -> None:
    assert OURS not in numbers_in(text)


def test_numbers_of_other_systems_are_taken_as_they_stand() -> None:
    assert numbers_in("ref si-10045, 77") == ["SI-10045"]
    assert numbers_in("si-7 and a7 on 14 May") == ["SI-7", "A7"], "two digits alone are a day, not a number"
    assert numbers_in(" ".join([*(f"A{number}" for number in range(20)), "SI-10045"]))[0] == "SI-10045"
    assert len(numbers_in(" ".join(f"A{number:04d}" for number in range(500)))) == 20
