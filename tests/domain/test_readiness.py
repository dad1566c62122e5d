"""Whether an application can be submitted (R16): policies, contacts, agreement, return items, and all together."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.contact_roles import ContactRole
from app.domain.policies import PolicyKey
from app.domain.readiness import (
    Missing,
    PolicyFact,
    ReadinessFacts,
    ReturnItemFact,
    agreement_gaps,
    contact_gaps,
    policy_gaps,
    readiness,
    return_item_gaps,
)
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.uploads import ScanState
from tests.domain.complete_details import MAIN_ADDRESS, MAIN_SITE, TODAY, complete_details

PASSED = {key.value: PolicyFact(has_passed_version=True, inspection_state="passed") for key in PolicyKey}
READY = ReadinessFacts(
    details=complete_details(),
    main_address=MAIN_ADDRESS,
    open_delivery_sites=0,
    site_ids=frozenset({MAIN_SITE}),
    policies=PASSED,
    roles_held=frozenset(role.value for role in ContactRole),
    accepted_current=True,
    accepted_older=False,
    return_items=(ReturnItemFact("i1", answered=True),),
    today=TODAY,
)


@pytest.mark.requirement("R13")
def test_all_eleven_are_required() -> None:
    missing = policy_gaps({})
    assert [gap.pointer for gap in missing] == [f"/{key.value}" for key in PolicyKey]
    assert {(gap.section, gap.group, gap.code) for gap in missing} == {("policies_and_procedures", None, "required")}


@pytest.mark.requirement("R13")
@pytest.mark.parametrize(
    ("state", "code"), [(None, "required"), ("pending", "document_being_inspected"), ("refused", "document_refused")]
)
def test_only_a_document_that_passed_counts(state: str | None, code: str) -> None:
    (gap,) = policy_gaps(PASSED | {"appeals": PolicyFact(inspection_state=state)})
    assert (gap.pointer, gap.code) == ("/appeals", code)


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(
    ("plans", "statement", "codes"),
    [
        (True, True, ["not_applicable_contradicted"]),
        (None, True, ["not_applicable_contradicted"]),
        (True, False, ["required"]),
        (False, False, ["required"]),
        (False, True, []),
    ],
)
def test_the_statement_counts_only_beside_a_plain_no(plans: bool | None, statement: bool, codes: list[str]) -> None:
    policies = PASSED | {"examinations": PolicyFact(not_applicable=statement)}
    assert [gap.code for gap in policy_gaps(policies, plans_invigilated_assessment=plans)] == codes


@pytest.mark.requirement("R14")
def test_no_other_policy_can_be_not_applicable() -> None:
    for key in PolicyKey:
        missing = policy_gaps(PASSED | {key.value: PolicyFact(not_applicable=True)}, plans_invigilated_assessment=False)
        assert [gap.code for gap in missing] == ([] if key is PolicyKey.EXAMINATIONS else ["required"])


@pytest.mark.requirement("R14")
def test_a_document_serves_whatever_was_answered() -> None:
    for plans in (True, False, None):
        assert policy_gaps(PASSED, plans_invigilated_assessment=plans) == []


@pytest.mark.requirement("R09")
def test_all_six_roles_must_be_held() -> None:
    assert [gap.pointer for gap in contact_gaps(set())] == [f"/{role.value}" for role in ContactRole]
    (gap,) = contact_gaps({role.value for role in ContactRole} - {"finance"})
    assert (gap.section, gap.pointer, gap.code) == ("contacts", "/finance", "required")


@pytest.mark.requirement("R15")
def test_a_new_version_asks_for_a_new_yes() -> None:
    assert [gap.code for gap in agreement_gaps(False, False)] == ["required"]
    assert [gap.code for gap in agreement_gaps(False, True)] == ["new_version"]
    assert agreement_gaps(True, True) == []


@pytest.mark.requirement("R17")
def test_each_return_item_must_be_answered() -> None:
    missing = return_item_gaps([ReturnItemFact("a", answered=True), ReturnItemFact("b", answered=False)])
    assert [(gap.section, gap.pointer, gap.code) for gap in missing] == [("return_items", "/b", "unanswered")]


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(
    ("plans", "fact", "message"),
    [
        (False, PolicyFact(), "state that you plan no invigilated assessment."),
        (True, PolicyFact(), "upload the document."),
        (
            None,
            PolicyFact(),
            "upload the document. If you plan no invigilated assessment, answer so in section Application first.",
        ),
        (
            False,
            PolicyFact(inspection_state="refused"),
            "the document did not pass inspection. Upload another one. Or state that you plan no invigilated "
            "assessment.",
        ),
        (
            False,
            PolicyFact(has_passed_version=True, inspection_state="passed", scan_state=ScanState.INFECTED),
            "the virus scanner found a virus in the document. Upload a clean version. Or state that you plan no "
            "invigilated assessment.",
        ),
    ],
)
def test_who_plans_no_examination_is_not_told_to_upload(plans: bool | None, fact: PolicyFact, message: str) -> None:
    (gap,) = policy_gaps(PASSED | {"examinations": fact}, plans_invigilated_assessment=plans)
    assert gap.message == f"e) Examinations procedure: {message}"


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(("plans", "codes"), [(False, []), (True, ["not_applicable_contradicted"])])
def test_a_document_that_was_taken_back_does_not_count(plans: bool, codes: list[str]) -> None:
    fact = PolicyFact(has_passed_version=True, inspection_state="passed", not_applicable=True)
    found = policy_gaps(PASSED | {"examinations": fact}, plans_invigilated_assessment=plans)
    assert [gap.code for gap in found] == codes


def test_each_gap_says_what_to_do() -> None:
    appeals, examinations = "a) Appeals procedure for candidates", "e) Examinations procedure"
    policies = {
        "appeals": PolicyFact(inspection_state="pending"),
        "complaints": PolicyFact(inspection_state="refused"),
        "examinations": PolicyFact(not_applicable=True),
    }
    missing = policy_gaps(PASSED | policies)
    assert [gap.message for gap in missing] == [
        f"{appeals}: the document is still being inspected. Try again in a moment.",
        "b) Complaints procedure: the document did not pass inspection. Upload another one.",
        f"{examinations}: it counts as not applicable only while section Application says that no invigilated "
        "assessment is planned. Change that answer, or upload the document.",
    ]
    assert policy_gaps({})[0] == Missing(
        "policies_and_procedures", None, "/appeals", InputFaultCode.REQUIRED, f"{appeals}: upload the document."
    )
    assert contact_gaps({role.value for role in ContactRole} - {"finance"}) == [
        Missing(
            "contacts", None, "/finance", InputFaultCode.REQUIRED, "Add a contact who holds the role 'Finance contact'."
        )
    ]
    assert agreement_gaps(False, False) == [
        Missing(
            "centre_agreement",
            None,
            "",
            InputFaultCode.REQUIRED,
            "A super user must agree to the centre agreement and the customer code of conduct.",
        )
    ]
    assert agreement_gaps(False, True) == [
        Missing(
            "centre_agreement",
            None,
            "",
            InputFaultCode.NEW_VERSION,
            "The centre agreement or the customer code of conduct has a new version since you agreed. A super user "
            "must agree to it.",
        )
    ]
    assert return_item_gaps([ReturnItemFact("b", answered=False)]) == [
        Missing("return_items", None, "/b", InputFaultCode.UNANSWERED, "Answer this point before you submit again.")
    ]


@pytest.mark.requirement("R16")
def test_nothing_is_missing() -> None:
    assert readiness(READY) == []


@pytest.mark.requirement("R16")
def test_the_list_follows_the_order_of_the_form() -> None:
    missing = readiness(
        replace(
            READY,
            details={},
            policies={},
            roles_held=frozenset(),
            accepted_current=False,
            return_items=(ReturnItemFact("i1", answered=False),),
        )
    )
    sections = list(dict.fromkeys(gap.section for gap in missing))
    assert sections == ["contacts", "application", "policies_and_procedures", "centre_agreement", "return_items"]


def test_readiness_knows_the_main_address_and_older_agreements() -> None:
    details = complete_details()
    details["history"]["registered_address"] = dict(MAIN_ADDRESS)
    facts = replace(READY, details=details, accepted_current=False, accepted_older=True)
    assert [gap.code for gap in readiness(facts)] == ["new_version"]


@pytest.mark.requirement("R14")
def test_the_answer_in_section_application_decides() -> None:
    facts = replace(READY, policies=PASSED | {"examinations": PolicyFact(not_applicable=True)})
    assert readiness(facts) == []
    details = complete_details()
    details["provision"]["plans_invigilated_assessment"] = True
    assert [gap.code for gap in readiness(replace(facts, details=details))] == ["not_applicable_contradicted"]


def test_the_day_is_an_argument() -> None:
    assert [gap.code for gap in readiness(replace(READY, today=date(2026, 6, 2)))] == ["insurance_expired"]
