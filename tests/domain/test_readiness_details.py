"""The rules of section Application (R12, R16): each finds its gap, and says where and why."""

from typing import Any

import pytest

from app.domain.gaps import Missing
from app.domain.merge_patch import merge
from app.domain.readiness_details import details_gaps, save_gaps
from app.schemas.details import DETAILS_SCHEMAS
from tests.domain.complete_details import MAIN_ADDRESS, MAIN_SITE, TODAY, complete_details

STAFF = complete_details()["experience"]["delivery_staff"][0]
QUALIFICATION = complete_details()["provision"]["intended_qualifications"][0]
YES_EVERYWHERE = {
    "history": {"is_charity": True, "changed_ownership_recently": True},
    "experience": {"delivers_accredited_learning": True},
    "centre-type": {"centre_type": "other", "uses_subcontractors": True},
    "provision": {"conflicts_of_interest": True},
}


def gaps(patch: dict[str, Any] | None = None, *, open_delivery_sites: int = 0) -> list[Missing]:
    return details_gaps(
        merge(complete_details(), patch or {}),
        main_address=MAIN_ADDRESS,
        open_delivery_sites=open_delivery_sites,
        site_ids={MAIN_SITE},
        today=TODAY,
    )


def found(group: str, patch: dict[str, Any], *, open_delivery_sites: int = 0) -> set[tuple[str, str]]:
    missing = gaps({group: patch}, open_delivery_sites=open_delivery_sites)
    assert {gap.section for gap in missing} <= {"application"}
    assert {gap.group for gap in missing} <= {group}
    return {(gap.pointer, gap.code) for gap in missing}


@pytest.mark.requirement("R16")
def test_everything_is_missing_from_an_empty_form() -> None:
    missing = details_gaps({}, main_address=MAIN_ADDRESS, open_delivery_sites=0, site_ids=set(), today=TODAY)
    assert {gap.code for gap in missing} == {"required"}
    assert len({(gap.group, gap.pointer) for gap in missing}) == len(missing) == 46
    assert list(dict.fromkeys(gap.group for gap in missing)) == [
        group for group in DETAILS_SCHEMAS if group != "invoice"
    ]
    assert ("suitability", "/declarations/insolvency/answer") in {(gap.group, gap.pointer) for gap in missing}


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("group", [group for group in DETAILS_SCHEMAS if group != "invoice"])
def test_each_top_level_answer_is_needed(group: str) -> None:
    for name in complete_details()[group]:
        missing = gaps({group: {name: None}})
        assert any(gap.pointer.startswith(f"/{name}") for gap in missing), name


@pytest.mark.requirement("R16")
@pytest.mark.parametrize(
    ("group", "patch", "expected"),
    [
        ("history", {"company_number": None}, {("/company_number", "required")}),
        ("history", {"legal_status": "sole_trader", "company_number": None}, set()),
        (
            "history",
            {"is_charity": True},
            {("/charity_number", "required"), ("/charity_regulator", "required")},
        ),
        ("history", {"changed_ownership_recently": True}, {("/changed_ownership_recently_details", "required")}),
        ("history", {"established_on": "2026-06-02"}, {("/established_on", "in_the_future")}),
        ("history", {"established_on": "2026-06-01"}, set()),
        ("history", {"registered_address": {}}, set()),
        ("history", {"registered_address": dict(MAIN_ADDRESS)}, set()),
        ("history", {"registered_address": {"country": "england"}}, set()),
        (
            "history",
            {"registered_address": {"line_1": "1 Rue Haute", "town": "Lille", "postcode": "1234", "country": "france"}},
            set(),
        ),
        (
            "history",
            {"registered_address": {"line_1": "2 Market Place", "country": "wales"}},
            {("/registered_address/town", "required"), ("/registered_address/postcode", "required")},
        ),
        (
            "history",
            {"registered_address": {"line_1": "2 Market Place", "postcode": "12345", "country": "wales"}},
            {("/registered_address/town", "required"), ("/registered_address/postcode", "invalid_postcode")},
        ),
        ("history", {"parent_organisation": {}}, set()),
        ("history", {"parent_organisation": {"name": ""}}, set()),
        ("history", {"parent_organisation": {"name": "Group"}}, {("/parent_organisation/country", "required")}),
        (
            "history",
            {"people_in_control": [{"name": "Sam Taylor", "role": "Director"}, {"role": "Trustee"}]},
            {("/people_in_control/1/name", "required")},
        ),
        ("history", {"people_in_control": []}, {("/people_in_control", "required")}),
        (
            "suitability",
            {"declarations": {"insolvency": {"answer": True}}},
            {("/declarations/insolvency/explanation", "required")},
        ),
        ("suitability", {"declarations": {"sanctioned": None}}, {("/declarations/sanctioned/answer", "required")}),
        (
            "experience",
            {"delivers_accredited_learning": True},
            {("/years_of_experience", "required"), ("/other_approvals", "required")},
        ),
        ("experience", {"other_approvals": [{}]}, set()),
        (
            "experience",
            {
                "delivers_accredited_learning": True,
                "years_of_experience": "over_5",
                "other_approvals": [
                    {
                        "awarding_organisation": "Example Awards",
                        "approved_on": "2026-06-02",
                        "status": "approved",
                        "direct_claims_status": "held",
                        "last_quality_assurance_on": "2026-06-02",
                    }
                ],
            },
            {
                ("/other_approvals/0/centre_number", "required"),
                ("/other_approvals/0/approved_on", "in_the_future"),
                ("/other_approvals/0/last_quality_assurance_on", "in_the_future"),
            },
        ),
        ("centre-type", {"centre_type": "other"}, {("/centre_type_other", "required")}),
        ("centre-type", {"uses_satellites": True}, {("/uses_satellites", "disagrees_with_sites")}),
        ("centre-type", {"uses_subcontractors": True}, {("/uses_subcontractors_details", "required")}),
        (
            "provision",
            {"premises": {"secure_storage": None}},
            {("/premises/secure_storage", "required")},
        ),
        (
            "provision",
            {"insurance": [{"kind": "public_liability", "held": True}, {"kind": "employers_liability"}]},
            {
                ("/insurance/0/insurer", "required"),
                ("/insurance/0/expires_on", "required"),
                ("/insurance/1/held", "required"),
            },
        ),
        (
            "provision",
            {"insurance": [{"kind": "public_liability", "held": True, "insurer": "A", "expires_on": "2026-05-31"}]},
            {("/insurance/0/expires_on", "insurance_expired")},
        ),
        ("provision", {"conflicts_of_interest": True}, {("/conflicts_of_interest_details", "required")}),
        (
            "learner-numbers",
            {"expected_learners": {"year_1": None, "year_3": None}},
            {("/expected_learners/year_1", "required"), ("/expected_learners/year_3", "required")},
        ),
        (
            "learner-numbers",
            {"by_qualification": [{"title": "A"}, {"learners": 3}]},
            {("/by_qualification/0/learners", "required"), ("/by_qualification/1/title", "required")},
        ),
        ("learner-numbers", {"by_age_group": {"16_to_18": None}}, {("/by_age_group/16_to_18", "required")}),
        ("learner-numbers", {"by_qualification": []}, {("/by_qualification", "required")}),
        (
            "learner-numbers",
            {"by_qualification": [{"title": "A", "learners": 1}, {"title": "B"}]},
            {("/by_qualification/1/learners", "required")},
        ),
        (
            "learner-numbers",
            {"by_age_group": None},
            {(f"/by_age_group/{group}", "required") for group in ("pre_16", "16_to_18", "19_plus")},
        ),
        ("experience", {"delivery_staff": []}, {("/delivery_staff", "required")}),
        (
            "learner-numbers",
            {"expected_learners": None},
            {(f"/expected_learners/year_{year}", "required") for year in (1, 2, 3)},
        ),
    ],
)
def test_conditions(group: str, patch: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert found(group, patch) == expected


@pytest.mark.requirement("R08")
def test_a_delivery_site_disagrees_with_no_satellites() -> None:
    assert found("centre-type", {}, open_delivery_sites=1) == {("/uses_satellites", "disagrees_with_sites")}
    assert found("centre-type", {"uses_satellites": True}, open_delivery_sites=1) == set()
    (gap,) = gaps(open_delivery_sites=2)
    assert gap.message == (
        "You say that you use no satellites, and the number of delivery sites is 2. Close the sites, or answer yes."
    )


def test_an_unknown_or_closed_site_is_named() -> None:
    qualification = QUALIFICATION | {"site_ids": [MAIN_SITE, "x"]}
    assert found("provision", {"intended_qualifications": [qualification]}) == {
        ("/intended_qualifications/0/site_ids/1", "unknown_site")
    }


@pytest.mark.parametrize(
    ("roles", "codes"),
    [
        (["tutor"], {"no_assessor", "no_internal_quality_assurer"}),
        (["assessor"], {"no_internal_quality_assurer"}),
        (["internal_quality_assurer"], {"no_assessor"}),
    ],
)
def test_an_assessor_and_a_quality_assurer_are_needed(roles: list[str], codes: set[str]) -> None:
    assert found("experience", {"delivery_staff": [STAFF | {"roles": roles}]}) == {
        ("/delivery_staff", code) for code in codes
    }


def test_sums_point_at_the_sum_and_say_both_figures() -> None:
    missing = gaps(
        {"learner-numbers": {"by_qualification": [{"title": "A", "learners": 59}], "by_age_group": {"pre_16": 1}}}
    )
    assert [(gap.pointer, gap.code) for gap in missing] == [
        ("/by_qualification", "sum_differs"),
        ("/by_age_group", "sum_differs"),
    ]
    assert [gap.message for gap in missing] == [
        "The learners by qualification add up to 59, and 60 are expected in year 1.",
        "The learners by age group add up to 61, and 60 are expected in year 1.",
    ]


@pytest.mark.parametrize(
    ("group", "patch", "message"),
    [
        (
            "centre-type",
            {"uses_satellites": True},
            "You say that you use satellites, and there are 0 delivery sites. Add the sites, or answer no.",
        ),
        (
            "provision",
            {"intended_qualifications": [QUALIFICATION | {"site_ids": ["x"]}]},
            "Choose one of your centre's open sites.",
        ),
        (
            "history",
            {"registered_address": {"line_1": "2", "town": "A", "postcode": "1", "country": "wales"}},
            "Enter a UK postcode, like DE24 8BX.",
        ),
        (
            "experience",
            {"delivery_staff": [STAFF | {"roles": ["internal_quality_assurer"]}]},
            "At least one member of staff must be an assessor.",
        ),
        (
            "experience",
            {"delivery_staff": [STAFF | {"roles": ["assessor"]}]},
            "At least one member of staff must be an internal quality assurer.",
        ),
    ],
)
def test_a_gap_says_what_to_do(group: str, patch: dict[str, Any], message: str) -> None:
    assert [gap.message for gap in gaps({group: patch})] == [message]


def test_a_complete_form_lacks_nothing_and_is_well_formed() -> None:
    assert gaps() == []
    for group, values in complete_details().items():
        stored = DETAILS_SCHEMAS[group].model_validate(values).model_dump(mode="json", exclude_unset=True)
        assert stored == values


def test_every_pointer_leads_into_the_schema() -> None:
    for gap in [*gaps(YES_EVERYWHERE), *gaps(dict.fromkeys(DETAILS_SCHEMAS))]:
        assert gap.group is not None
        assert gap.pointer.split("/")[1] in DETAILS_SCHEMAS[gap.group].model_fields


def test_a_day_of_establishment_to_come_is_refused_at_once() -> None:
    (gap,) = save_gaps("history", {"established_on": "2026-06-02"}, today=TODAY)
    assert (gap.pointer, gap.code) == ("/established_on", "in_the_future")
    assert save_gaps("history", {"established_on": "2026-06-01"}, today=TODAY) == []
    assert save_gaps("history", {"established_on": None}, today=TODAY) == []
    assert save_gaps("invoice", {"purchase_order_number": "1"}, today=TODAY) == []
