"""The reference data: complete, in the guide's words, with the keys that the schemas accept."""

import pytest

from app.domain.contact_roles import ContactRole
from app.domain.policies import PolicyKey
from app.domain.sections import FORM_VERSION
from app.domain.vocabularies import Vocabulary
from app.schemas.details import DETAILS_SCHEMAS
from app.schemas.reference_data import ReferenceData
from app.services.reference_data import build_reference_data


@pytest.fixture(scope="module")
def data() -> ReferenceData:
    return build_reference_data("AIM")


def test_no_placeholder_is_left(data: ReferenceData) -> None:
    assert "{" not in "".join(policy.guidance for policy in data.policies)
    texts = [text for role in data.contact_roles for text in (role.description, *role.responsibilities)]
    assert "{" not in "".join(texts)
    assert "Other AO" in build_reference_data("Other AO").policies[0].guidance


@pytest.mark.requirement("R13")
def test_the_eleven_policies_have_guidance(data: ReferenceData) -> None:
    assert [(policy.letter, policy.key) for policy in data.policies] == list(zip("abcdefghijk", PolicyKey, strict=True))
    assert all(policy.guidance and policy.title for policy in data.policies)
    assert "AIM does not arbitrate in cases of dispute between learners and centres." in data.policies[0].guidance
    assert "unique learning number (ULN)" in data.policies[10].guidance


@pytest.mark.requirement("R14")
def test_only_policy_e_may_be_not_applicable(data: ReferenceData) -> None:
    assert [policy.letter for policy in data.policies if policy.may_be_not_applicable] == ["e"]


@pytest.mark.requirement("R09")
def test_the_six_roles_have_responsibilities(data: ReferenceData) -> None:
    assert [role.key for role in data.contact_roles] == list(ContactRole)
    assert [role.key for role in data.contact_roles if role.several_holders] == ["curriculum_development"]
    assert [len(role.responsibilities) for role in data.contact_roles] == [0, 1, 1, 6, 6, 2]
    assert "liaising with AIM finance staff" in data.contact_roles[5].responsibilities


def test_the_groups_match_the_saved_ones(data: ReferenceData) -> None:
    assert [group.key for group in data.details_groups] == list(DETAILS_SCHEMAS)
    assert [section.label for section in data.sections] == [
        "Application",
        "Policies and Procedures",
        "Centre Agreement",
    ]
    assert data.version == FORM_VERSION


def test_every_list_has_distinct_keys_and_labels(data: ReferenceData) -> None:
    for name, choices in data.vocabularies:
        assert choices, name
        assert len({entry.key for entry in choices}) == len({entry.label for entry in choices}) == len(choices)


def test_every_enumeration_of_the_forms_is_published(data: ReferenceData) -> None:
    given_out = {frozenset(entry.key for entry in choices) for _, choices in data.vocabularies}
    for model in DETAILS_SCHEMAS.values():
        for name, part in model.model_json_schema().get("$defs", {}).items():
            if "enum" in part:
                assert frozenset(part["enum"]) in given_out, name


@pytest.mark.requirement("R12")
def test_the_sector_subject_areas_are_ofquals(data: ReferenceData) -> None:
    keys = [entry.key for entry in data.vocabularies.sector_subject_area]
    assert [key for key in keys if "_" not in key] == [str(tier) for tier in range(1, 16)]
    assert len(keys) == 15 + 50
    assert all(entry.label.split()[0] == entry.key.replace("_", ".") for entry in data.vocabularies.sector_subject_area)


def test_an_unknown_key_is_not_a_member() -> None:
    assert issubclass(PolicyKey, Vocabulary)
    with pytest.raises(ValueError, match="not a valid PolicyKey"):
        PolicyKey("safeguarding")
