"""VAT is right to the penny: on each rate, on each line, and on what is credited in parts (EN 16931, R18)."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.fees import (
    FeeLine,
    as_stored,
    credited_lines,
    fee_line,
    line_of,
    lines_again,
    part_of,
    totals,
    vat_sums,
    with_vat,
)
from app.domain.vat import VatCategory, VatTreatment, half_up, shared_out, treatment_fault

S, Z, E, OUTSIDE = VatCategory


def _fee(net: int, rate: str = "20", quantity: int = 1) -> FeeLine:
    return fee_line("Fee", net, VatTreatment(S, Decimal(rate), None), quantity)


@pytest.mark.parametrize(
    ("net", "rate", "vat"),
    [(50_000, "20", 10_000), (50_005, "20", 10_001), (3, "17.5", 1), (2, "20", 0), (10, "5", 1), (0, "20", 0)],
)
def test_vat_is_rounded_half_up_to_the_penny(net: int, rate: str, vat: int) -> None:
    """10 pence at 5 % are half a penny, which goes up; banker's rounding would give none."""
    (line,) = with_vat([_fee(net, rate)])
    assert (line.vat_pence, line.vat_rate_percent) == (vat, Decimal(rate))
    assert line.gross_pence == totals([line]).total_pence == net + vat


def test_vat_is_rounded_once_for_each_rate() -> None:
    """Two lines of 2 pence at 20 % are 0.8 pence of VAT: one penny together, and none if each were rounded."""
    lines = with_vat([_fee(2), _fee(2), _fee(2, "5")])
    assert [line.vat_pence for line in lines] == [1, 0, 0]
    assert [(summed.net_pence, summed.vat_pence) for summed in vat_sums(lines)] == [(4, 1), (2, 0)]


@pytest.mark.parametrize("category", [Z, E, OUTSIDE])
def test_only_the_standard_rate_is_charged(category: VatCategory) -> None:
    (line,) = with_vat([fee_line("Fee", 50_000, VatTreatment(category, Decimal(20), "A reason"))])
    assert (line.vat_pence, line.vat_rate_percent) == (0, Decimal(0))
    assert (line.exemption_reason is None) == (category is Z)


def test_a_line_says_what_it_is_for_and_its_unit_price() -> None:
    line = fee_line("Recognition fee", 50_000, VatTreatment(E, Decimal(20), "Education"), 3)
    assert line == FeeLine("Recognition fee", 3, 50_000, E, Decimal(0), 0, "Education")
    assert line.unit_price_pence == Fraction(50_000, 3)


def test_a_charged_line_gives_no_exemption_reason() -> None:
    assert fee_line("Fee", 1, VatTreatment(S, Decimal(20), "A reason")).exemption_reason is None


def test_one_category_gives_one_reason() -> None:
    """UBL-SR-32."""
    lines = [fee_line("Fee", 1, VatTreatment(E, Decimal(0), reason)) for reason in ("One", "Two", "One")]
    (summed,) = vat_sums(lines)
    assert summed.exemption_reason == "One; Two"


@pytest.mark.parametrize(
    ("category", "rate", "reason", "told"),
    [
        (S, "0", None, "above 0"),
        (Z, "20", None, "above 0"),
        (E, "0", None, "vat_exemption_reason"),
        (OUTSIDE, "0", "  ", "vat_exemption_reason"),
    ],
)
def test_a_treatment_that_contradicts_itself_says_how(
    category: VatCategory, rate: str, reason: str | None, told: str
) -> None:
    assert told in (treatment_fault(category, Decimal(rate), reason) or "")


@pytest.mark.parametrize(
    ("category", "rate", "reason"), [(S, "20", None), (Z, "0", None), (E, "0", "A"), (OUTSIDE, "0", "A")]
)
def test_a_treatment_may_be_any_of_the_four(category: VatCategory, rate: str, reason: str | None) -> None:
    assert treatment_fault(category, Decimal(rate), reason) is None


_QUOTAS = st.lists(st.fractions(min_value=0, max_value=10**6, max_denominator=10**4), max_size=8)


@given(_QUOTAS)
def test_parts_add_up_and_none_is_a_penny_off(quotas: list[Fraction]) -> None:
    parts = shared_out(quotas)
    assert sum(parts) == half_up(sum(quotas, Fraction(0)))
    assert all(abs(part - quota) < 1 for part, quota in zip(parts, quotas, strict=True))


_LINES = st.lists(
    st.builds(_fee, st.integers(0, 10**7), st.sampled_from(["20", "5", "17.5", "12.3456", "100"]), st.integers(1, 5))
    | st.builds(lambda net: fee_line("Fee", net, VatTreatment(E, Decimal(0), "A reason")), st.integers(0, 10**7)),
    min_size=1,
    max_size=6,
).map(with_vat)


@given(_LINES)
def test_the_vat_of_each_rate_is_exact_and_the_lines_add_up_to_it(lines: list[FeeLine]) -> None:
    for summed in vat_sums(lines):
        exact = (summed.net_pence * summed.rate_percent / 100).quantize(Decimal(1), ROUND_HALF_UP)
        mine = [
            line
            for line in lines
            if (line.vat_category, line.vat_rate_percent) == (summed.category, summed.rate_percent)
        ]
        assert summed.vat_pence == exact == sum(line.vat_pence for line in mine)
        assert all(abs(line.vat_pence - line.net_pence * line.vat_rate_percent / 100) < 1 for line in mine)
    assert totals(lines).vat_pence == sum(summed.vat_pence for summed in vat_sums(lines))
    assert [line_of(as_stored(line)) for line in lines] == lines


@given(_LINES, st.data())
def test_credits_in_parts_take_back_the_invoice_exactly(lines: list[FeeLine], data: st.DataObject) -> None:
    """However the total is cut up: no line is credited beyond itself, and nothing is left."""
    left = totals(lines).total_pence
    assume(left > 0)
    earlier: list[int] = []
    net = vat = 0
    while left:
        pence = data.draw(st.integers(1, left)) if len(earlier) < 5 else left
        shares = credited_lines(lines, earlier, pence)
        assert totals(shares).total_pence == pence
        assert all(share.net_pence >= 0 <= share.vat_pence for share in shares)
        net, vat = net + totals(shares).net_pence, vat + totals(shares).vat_pence
        earlier.append(pence)
        left -= pence
    assert (net, vat) == (totals(lines).net_pence, totals(lines).vat_pence)


@given(_LINES, st.data())
def test_a_part_has_the_vat_of_its_rates_to_a_penny_a_line(lines: list[FeeLine], data: st.DataObject) -> None:
    """BR-CO-17 allows a difference: a gross amount is not always a net one and its VAT."""
    total = totals(lines).total_pence
    assume(total > 0)
    for summed in vat_sums(part_of(lines, data.draw(st.integers(1, total)))):
        assert abs(summed.vat_pence - summed.net_pence * summed.rate_percent / 100) <= len(lines)


def test_a_whole_again_is_the_same_and_a_part_says_so() -> None:
    lines = with_vat([_fee(10_000), _fee(5_000)])
    assert lines_again(lines, 18_000, "INV-2026-000001") == lines
    nameless = lines_again(lines, 6_000, None)
    assert all(line.description.endswith(": what was unpaid before") for line in nameless)
    again = lines_again(lines, 6_000, "INV-2026-000001")
    assert [line.gross_pence for line in again] == [4_000, 2_000]
    assert {line.description for line in again} == {"Fee: unpaid on invoice INV-2026-000001"}
