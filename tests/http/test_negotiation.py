"""Content negotiation by `Accept` (RFC 9110 section 12.5.1)."""

import pytest

from app.domain.refusals.requests import NotAcceptable
from app.http.negotiation import choose

OFFERS = ("application/json", "application/pdf", "text/calendar")


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "application/json;q=0",
        "*/*;q=0",
        "text/*;q=0",
        "application/json;q=x",
        "application/json;q=2",
        "json",
    ],
)
def test_an_unsatisfiable_accept_is_refused(accept: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        choose(accept, OFFERS)
    assert refused.value.members == {"available": OFFERS}


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/json"),
        (" , ", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/calendar", "text/calendar"),
        ("TEXT/Calendar; charset=utf-8", "text/calendar"),
        ("text/*, application/json;q=0.9", "text/calendar"),
        ("application/json;q=0, */*", "application/pdf"),
        ("application/pdf;q=0.5, application/json;q=0.4", "application/pdf"),
        ("application/*;q=0.1, application/pdf, */*;q=0.9", "application/pdf"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
    ],
)
def test_the_offer_with_the_highest_quality_is_chosen(accept: str, chosen: str) -> None:
    assert choose(accept, OFFERS) == chosen
