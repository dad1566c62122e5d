"""Nobody can mistake a sample document for the awarding organisation's own."""

import pytest

from app.pdf.sample_documents import SAMPLE_DOCUMENTS, render_sample
from app.settings import AwardingOrganisation
from tests.pdf.pdf_reading import is_tagged_in_british_english, read, words

ORGANISATION = AwardingOrganisation()
every_kind = pytest.mark.parametrize("kind", SAMPLE_DOCUMENTS)


@pytest.mark.parametrize("kind", ["", "../pdf/templates/invoice", "invoice"])
def test_an_unknown_kind_is_refused(kind: str) -> None:
    with pytest.raises(KeyError):
        render_sample(kind, ORGANISATION)


@every_kind
def test_every_page_says_that_it_is_a_sample(kind: str) -> None:
    rendered = render_sample(kind, ORGANISATION)
    for page in read(rendered).pages:
        assert "SAMPLE – not the awarding organisation's text" in page.extract_text()
    assert SAMPLE_DOCUMENTS[kind] in words(rendered)
    assert ORGANISATION.name in words(rendered)


@every_kind
def test_it_is_accessible_and_reproducible(kind: str) -> None:
    """R15: an agreement version has the same hash on every machine."""
    rendered = render_sample(kind, ORGANISATION)
    assert rendered == render_sample(kind, ORGANISATION)
    assert is_tagged_in_british_english(rendered)


def test_the_agreements_points_are_numbered() -> None:
    text = words(render_sample("centre_agreement", ORGANISATION))
    assert "1. What this agreement covers" in text
    assert "24. Sanctions" in text
    assert "25. Withdrawal, and protecting learners" in text
