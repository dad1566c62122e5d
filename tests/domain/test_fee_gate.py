"""The fee gate asks all invoices of an application together (R18, decision 54)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.fee_gate import Charge, fee_standing
from tests.services.invoices.plain_ledgers import PlainApplication, PlainInvoice


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("charges", "stands"),
    [
        ([], "open"),
        ([Charge(500, 0, 0, 0)], "open"),
        ([Charge(500, 0, 0, 1)], "due"),
        ([Charge(500, 250, 250, 0)], "open"),
        ([Charge(500, 251, 251, 0)], "credited"),
        ([Charge(501, 251, 251, 0)], "credited"),
        ([Charge(500, 251, 251, 1)], "due"),
        ([Charge(500, 500, 0, 0)], "open"),  # credited by 1.5.0, or waived since
        ([Charge(500, 500, 1, -500)], "credited"),  # paid money that can be refunded carries nothing
        ([Charge(0, 0, 0, 0)], "open"),
        # Replaced: what was asked first counts, and what is asked too much.
        ([Charge(500, 0, 0, 0), Charge(600, 600, 600, 0)], "open"),
        ([Charge(500, 0, 0, 0), Charge(5_000, 5_000, 5_000, 0)], "credited"),
        ([Charge(5_000, 2_500, 2_500, 0), Charge(500, 500, 500, 0)], "open"),
        ([Charge(5_000, 2_501, 2_501, 0), Charge(500, 500, 500, 0)], "credited"),
        # Reopened: what stays paid on the old one counts, whether much or little is asked again.
        ([Charge(100, 0, 0, 0), Charge(500, 100, 100, 0)], "open"),
        ([Charge(100, 100, 100, 0), Charge(500, 100, 100, 0)], "open"),
        ([Charge(100, 0, 0, 0), Charge(500, 500, 500, 0)], "credited"),
        ([Charge(100, 0, 0, 0), Charge(500, 100, 100, 400)], "due"),
        ([Charge(100, 0, 0, -900), Charge(500, 500, 500, 0)], "credited"),
    ],
)
def test_how_the_fee_stands(charges: list[Charge], stands: str) -> None:
    found = fee_standing(charges)
    assert (found.outstanding, found.credited) == (stands != "open", stands == "credited")
    assert (found.due > 0) == (stands == "due")


_ACTS = st.tuples(
    st.sampled_from(["pay", "pay", "reverse", "refund", "credit", "waive", "replace", "come_back", "move"]),
    st.integers(1, 1_000),
    st.floats(0, 1),
)


def _act(application: PlainApplication, paid: list[tuple[PlainInvoice, int]], name: str, pence: int, at: float) -> None:
    """Do what the product would allow, and nothing else."""
    invoices, last = application.invoices, application.last
    one = invoices[min(int(at * len(invoices)), len(invoices) - 1)]
    if name == "pay":
        one.held += pence
        paid.append((one, pence))
    elif name == "reverse" and paid:
        where, amount = paid.pop(int(at * (len(paid) - 1)))
        where.reverse(amount)
    elif name == "refund":
        one.refunded += min(pence, one.balance)
    elif name == "credit":
        one.credit(max(0, min(pence, one.creditable)))
    elif name == "waive" and (one.due or (one is last and not application.due and not application.settled)):
        application.waive(one)
    elif name == "replace" and not last.was_waived:
        application.replace(pence)
    elif name == "come_back":
        application.come_back()
    elif name == "move" and one is not last:
        one.move(last, min(pence, one.balance, last.due))


@pytest.mark.requirement("R18")
@given(st.integers(1, 1_000), st.lists(_ACTS, max_size=25))
def test_the_gate_is_open_as_a_plain_model_says(total: int, acts: list[tuple[str, int, float]]) -> None:
    """The model follows the money; the rule reads what the invoices still ask for."""
    application, paid = PlainApplication([PlainInvoice(total)]), list[tuple[PlainInvoice, int]]()
    for name, pence, at in acts:
        _act(application, paid, name, pence, at)
        charges = [
            Charge(each.total, each.credited, each.credited_since, each.due - each.balance)
            for each in application.invoices
        ]
        found = fee_standing(charges)
        assert found.outstanding is not application.settled
        assert found.due == application.due
