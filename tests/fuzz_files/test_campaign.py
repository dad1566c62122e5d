"""The short run of the fuzzer, and what it must catch."""

import itertools
import os

import pytest

from tests.fuzz_files import campaign as fuzz
from tests.fuzz_files.campaign import Documents, campaign, judged
from tests.fuzz_files.seeds import SEEDS
from tests.integrations import file_samples as make


def test_mutated_documents_get_one_verdict_each_and_no_fault() -> None:
    report = campaign(Documents(SEEDS, seed=1), itertools.count(), lambda count: count >= 400)
    assert report.findings == []
    assert len(report.files) == 4
    assert report.verdicts["passed"] > 10


def test_what_the_fuzzer_found_is_damage() -> None:
    content = make.pdf().replace(b"startxref\n", b"startxref\n" + b"2" * 300)
    assert judged(content).startswith("damaged")
    # A tree of pages that the library repairs, counts again, and gives up.
    tree = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>\n2 0 obj<</Kids[3 5 0 R]>>\n5 0 obj<</Type/Page>>8\n"
    assert judged(b"%PDF-1.4\n" + tree + b"%%EOF\n").startswith("damaged")


def test_a_number_makes_the_same_document_again() -> None:
    documents = Documents(SEEDS, seed=2)
    assert [documents.make(number) for number in range(50)] == [documents.make(number) for number in range(50)]


def test_faults_deaths_and_changes_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: an inspector with each fault."""

    def spoilt(content: bytes) -> str:
        if len(content) % 3 == 0:
            return "fault: x"
        if len(content) % 3 == 1:
            os._exit(7)
        return f"passed: {os.getpid()}"

    monkeypatch.setattr(fuzz, "judged", spoilt)
    report = campaign(Documents(SEEDS[:40], seed=3), itertools.count(), lambda count: count >= 100)
    assert {what for what, _, _ in report.findings} == {"fault", "died", "changed"}
