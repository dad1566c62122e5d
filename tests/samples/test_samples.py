"""The demo centre's documents: one for each policy, sound, and about what the guide asks of it (R13)."""

import io
import re
from collections.abc import Mapping
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from app.domain.policies import PolicyKey
from app.integrations.inspection import clean_filename
from app.integrations.inspection.inspector import inspect
from app.samples import ORGANISATION, REVISED, sample_policy

# What the guide asks of each policy, in words that its text must hold.
ASKED: Mapping[PolicyKey, tuple[str, ...]] = {
    PolicyKey.APPEALS: ("outcome of an enquiry about results", "another procedural decision", "does not arbitrate"),
    PolicyKey.COMPLAINTS: ("reply expected", "handled by", "what the outcome might lead to", "does not arbitrate"),
    PolicyKey.CONFLICT_OF_INTEREST: ("conflicts that we foresee", "actual and perceived", "disclosed to the awarding"),
    PolicyKey.EQUALITY_DIVERSITY: (
        "our values",
        "put it into practice",
        "what behaviour we expect",
        "what is not acceptable",
        "what you can expect of us",
    ),
    PolicyKey.EXAMINATIONS: ("administration and security", "multiple-choice", "guidance for the invigilation"),
    PolicyKey.INTERNAL_QUALITY_ASSURANCE: (
        "verification of assessment tasks",
        "sampling of assessed work",
        "standardisation of assessors",
    ),
    PolicyKey.MALPRACTICE: ("how we identify it", "investigator", "maladministration", "may itself be malpractice"),
    PolicyKey.ORGANISATION_STRUCTURE: ("lines of authority", "reports to"),
    PolicyKey.REASONABLE_ADJUSTMENTS: ("identifying learners who are eligible", "special consideration"),
    PolicyKey.RECOGNITION_OF_PRIOR_LEARNING: ("at the start of the course", "taken into account", "learning plan"),
    PolicyKey.LEARNER_REGISTRATIONS: ("identity", "disclosure and barring service", "unique learner number"),
}


def _words(content: bytes, media_type: str) -> str:
    if media_type == "application/pdf":
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    else:
        with ZipFile(io.BytesIO(content)) as archive:
            part = "word/document.xml" if "word/document.xml" in archive.namelist() else "content.xml"
            text = re.sub(r"<[^>]+>", " ", archive.read(part).decode())
    return " ".join(text.split()).lower()


def test_an_unknown_key_or_second_version_is_refused() -> None:
    with pytest.raises(ValueError, match="catering"):
        sample_policy("catering")
    with pytest.raises(LookupError):
        sample_policy("appeals", revised=True)


@pytest.mark.parametrize("key", PolicyKey)
def test_each_policy_is_a_sound_file_about_what_the_guide_asks_r13(key: PolicyKey) -> None:
    document = sample_policy(key)
    found = inspect(io.BytesIO(document.content), filename=document.filename, limit_bytes=25 * 1024 * 1024)
    assert found.media_type == document.media_type
    assert clean_filename(document.filename, found.kind) == document.filename
    words = _words(document.content, document.media_type)
    assert ORGANISATION.lower() in words
    assert [topic for topic in ASKED[key] if topic not in words] == []
    assert 400 < len(words.split()) < 1_500


def test_the_three_formats_are_all_there() -> None:
    assert {sample_policy(key).filename.rpartition(".")[2] for key in PolicyKey} == {"pdf", "docx", "odt"}


def test_only_the_revised_version_covers_the_observation_of_assessment_practice() -> None:
    first, second = (sample_policy("internal_quality_assurance", revised=revised) for revised in (False, True))
    assert "observation of assessment practice" not in _words(first.content, first.media_type)
    assert "observation of assessment practice" in _words(second.content, second.media_type)
    assert first.filename != second.filename
    assert frozenset({"internal_quality_assurance"}) == REVISED


@pytest.mark.parametrize("key", PolicyKey)
def test_the_same_bytes_are_made_every_time(key: PolicyKey) -> None:
    assert sample_policy.__wrapped__(key).content == sample_policy.__wrapped__(key).content
