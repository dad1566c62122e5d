"""Every PDF of the corpus gets the right answer, for the right reason, however it is packed."""

import io
from pathlib import Path

import pytest

from app.domain.uploads import NoticeCode
from app.integrations.inspection import FileKind, FileRefused, RefusalCode
from app.integrations.inspection.inspector import inspect
from app.integrations.inspection.pdf import objects
from tests.integrations.corpus import pdf_attempts
from tests.integrations.corpus.pdf_bytes import document, objects_in_stream, resaved, restricted
from tests.integrations.corpus.pdf_honest import HONEST
from tests.integrations.corpus.pdf_hostile import HOSTILE, OUTSIDE, SHAPE
from tests.integrations.corpus.pdf_producers import produced
from tests.integrations.corpus.pdf_variants import VARIANTS
from tests.integrations.corpus.tagged import tagged
from tests.integrations.file_samples import LIMIT_BYTES

CASES = Path(__file__).parent / "pdf_cases"
REFUSED = {**VARIANTS, **pdf_attempts.HOSTILE}
PASSED = {**HONEST, **pdf_attempts.HONEST, **produced()}


def _told(content: bytes) -> tuple[NoticeCode, ...]:
    found = inspect(io.BytesIO(content), filename="policy.pdf", limit_bytes=LIMIT_BYTES)
    assert found.kind is FileKind.PDF
    return tuple(notice.code for notice in found.notices)


def _refused(content: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        _told(content)
    return refused.value


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_is_refused_for_its_reason(name: str) -> None:
    content, code = HOSTILE[name]
    assert _refused(content).code is code


@pytest.mark.parametrize("name", REFUSED)
def test_a_new_variant_is_refused(name: str) -> None:
    content, code = REFUSED[name]
    assert _refused(content).code is code


@pytest.mark.parametrize("name", PASSED)
def test_an_honest_pdf_passes_and_says_what_it_holds(name: str) -> None:
    content, notices = PASSED[name]
    assert _told(content) == notices


# A link address, a title or a page text in which the name stands: nothing in them runs.
@pytest.mark.parametrize("name", ["pdf_link_js.pdf", "pdf_link_js_slash.pdf", "pdf_title_js.pdf"])
def test_a_pdf_that_only_speaks_of_scripts_passes(name: str) -> None:
    _told((CASES / name).read_bytes())


@pytest.mark.parametrize("paragraphs", [30_000, 99_000, 101_000])
def test_a_long_tagged_text_passes(paragraphs: int) -> None:
    assert _told(tagged(paragraphs)) == ()


# A library that writes a file leaves out what nothing refers to, and what it could not read.
NOT_REWRITTEN = {
    *SHAPE,
    *OUTSIDE,
    "script that nothing refers to",
    "script that no table names",
    "script defined again, off the table",
    "script under a key written twice",
    "script whose kind is written twice",
    "script with blank keys before",
    "script in a string without end",
    "script nested too deeply to read",
    "attached without a specification",
    "attached as a related file",
    "attached under another system's key",
    "attached with an unknown filter",
}


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in NOT_REWRITTEN])
def test_packing_hides_nothing(name: str) -> None:
    content, code = HOSTILE[name]
    for packed in (objects_in_stream(content), resaved(content, linearize=True), restricted(content)):
        assert _refused(packed).code is code


def test_the_corpus_is_large_enough() -> None:
    assert len(HOSTILE) + len(REFUSED) >= 150
    assert len(PASSED) >= 130


def test_a_document_of_too_many_objects_is_too_complex(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole million would take eight seconds of CPU."""
    assert objects.MOST_OBJECTS == 1_000_000
    monkeypatch.setattr(objects, "MOST_OBJECTS", 500)
    assert _told(document(*[b"null"] * 496, b"1")) == ()
    refused = _refused(document(*[b"null"] * 497, b"1"))
    assert refused.code is RefusalCode.TOO_COMPLEX
    assert refused.reason.startswith("The document has more than 500 objects.")


def test_a_refusal_says_what_was_found_and_where() -> None:
    third = HOSTILE["script on the third page"][0]
    assert _refused(third).reason == (
        "Without a click, the document runs a script (page 3). "
        "Take it out, or print the document to a PDF, and upload that."
    )
    assert "“http://evil.example/”" in _refused(HOSTILE["opens an address on opening"][0]).reason
    assert "“a.bat”" in _refused(HOSTILE["attached text of two names"][0]).reason
    assert _refused(HOSTILE["attached document with macros"][0]).code is RefusalCode.ACTIVE_CONTENT


def test_a_notice_names_the_page() -> None:
    content, _ = HONEST["a link to another file"]
    (notice,) = inspect(io.BytesIO(content), filename=None, limit_bytes=LIMIT_BYTES).notices
    assert (notice.detail, notice.where) == ("A link opens another file, “annex.pdf”.", "page 1")
