"""Every office document of the corpus, and those that others found, gets its verdict."""

import io
import time
from pathlib import Path

import docx as python_docx
import pytest

from app.integrations.inspection import FileRefused, RefusalCode
from app.integrations.inspection.inspector import inspect
from app.integrations.inspection.notices import NoticeCode
from tests.integrations import file_samples as make
from tests.integrations.compound_files import compound, word_streams
from tests.integrations.office_corpus import HONEST, HOSTILE
from tests.integrations.office_corpus.embedded_files import within, xlsx

CASES = Path(__file__).parent / "office_cases"
OBJECTS_OF_NO_KIND = b"{\\rtf1" + b"\\objdatx" * 3_000_000 + b"}"

FOUND: dict[str, RefusalCode | set[NoticeCode]] = {
    "doc_rights_managed.doc": RefusalCode.ENCRYPTED,
    "doc_embedded_sheet.doc": RefusalCode.ACTIVE_CONTENT,
    "doc_plain.doc": set(),
    "doc_theme.doc": set(),
    "img_cid.docx": {NoticeCode.LOCAL_REFERENCES},
    "img_http.docx": {NoticeCode.WEB_PICTURES},
    "img_local.docx": {NoticeCode.LOCAL_REFERENCES},
    "tmpl_mac.docx": {NoticeCode.LOCAL_REFERENCES},
    "tmpl_mac_old.docx": {NoticeCode.LOCAL_REFERENCES},
    "tmpl_mac_plain.docx": {NoticeCode.LOCAL_REFERENCES},
    "tmpl_windows.docx": {NoticeCode.LOCAL_REFERENCES},
    "odt_empty_current.odt": set(),
    "odt_plain.odt": set(),
}


def found(content: bytes) -> RefusalCode | set[NoticeCode]:
    """Why the file is refused, or what is told of it."""
    try:
        inspection = inspect(io.BytesIO(content), filename=None, limit_bytes=make.LIMIT_BYTES)
    except FileRefused as refused:
        return refused.code
    return {notice.code for notice in inspection.notices}


def reason(content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        inspect(io.BytesIO(content), filename=None, limit_bytes=make.LIMIT_BYTES)
    return refused.value.reason


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_for_the_most_telling_reason(name: str) -> None:
    content, code = HOSTILE[name]
    assert found(content) is code


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_document_passes_with_its_notices(name: str) -> None:
    content, notices = HONEST[name]
    assert found(content) == notices


@pytest.mark.parametrize("name", FOUND)
def test_a_document_that_was_judged_wrongly_once_is_judged_right(name: str) -> None:
    assert found((CASES / name).read_bytes()) == FOUND[name]


def test_every_case_is_judged() -> None:
    assert {path.name for path in CASES.iterdir()} == set(FOUND)


def test_the_corpus_is_large() -> None:
    assert len(HOSTILE) >= 75
    assert len(HONEST) + len(FOUND) >= 75
    assert len({content for content, _ in (*HOSTILE.values(), *HONEST.values())}) > 400


def test_a_document_of_python_docx_passes() -> None:
    document = python_docx.Document()
    document.add_heading("Safeguarding policy", 1)
    document.add_table(2, 2).cell(0, 0).text = "DDEAUTO"
    document.sections[0].header.paragraphs[0].text = "Policy"
    out = io.BytesIO()
    document.save(out)
    assert found(out.getvalue()) == set()


def test_a_notice_says_what_and_in_which_part() -> None:
    content, _ = HONEST["docx: template on the drive"]
    (notice,) = inspect(io.BytesIO(content), filename=None, limit_bytes=make.LIMIT_BYTES).notices
    assert notice.where == "word/_rels/settings.xml.rels"
    assert notice.detail.startswith("The template is on the author's own drive, “file:///C:\\T\\Normal.dotm”")


def test_a_refusal_says_what_was_found_and_where_and_what_to_do() -> None:
    assert reason(HOSTILE["docx: DDE in header1.bin"][0]) == (
        "A field starts a program when it is updated: DDEAUTO (header1.bin). "
        "Take it out, or print the document to a PDF, and upload that."
    )
    assert "macros" in reason(HOSTILE["doc: macros and an archive behind"][0])
    assert "“//evil/x”" in reason(HOSTILE["docx: drawing that fetches"][0])
    assert "An embedded document cannot be accepted" in reason(within(xlsx({"xl/vbaProject.bin": b"x"})))


def test_a_doc_that_lists_one_stream_two_thousand_times_costs_milliseconds() -> None:
    document, table = word_streams(size=7_000_000)
    content = compound({"WordDocument": document, "1Table": table}, aliases=2_000)
    began = time.process_time()
    assert found(content) == set()
    # It took minutes, and takes a twentieth of a second.
    assert time.process_time() - began < 2


def test_an_rtf_of_words_that_look_like_objects_is_bounded() -> None:
    began = time.process_time()
    assert found(OBJECTS_OF_NO_KIND) is RefusalCode.ACTIVE_CONTENT
    assert time.process_time() - began < 10
