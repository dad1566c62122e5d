"""Find everything that an application lacks before it can be submitted (R16)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.contact_roles import ContactRole
from app.domain.gaps import Missing, Values, pointer
from app.domain.policies import POLICIES, Policy
from app.domain.readiness_details import details_gaps
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.sections import DetailsGroup, ReadinessSection, Section
from app.domain.uploads import InspectionState, ScanState

__all__ = [
    "Missing",
    "PolicyFact",
    "ReadinessFacts",
    "ReturnItemFact",
    "agreement_gaps",
    "begun",
    "contact_gaps",
    "details_gaps",
    "policy_gaps",
    "readiness",
    "return_item_gaps",
]


@dataclass(frozen=True)
class PolicyFact:
    """The state of one policy.

    `has_passed_version`: its current document passed inspection. `inspection_state`: the `InspectionState` of its
    newest document, None if there is none. `not_applicable`: the R14 statement is recorded. `scan_state`: the
    `ScanState` of its newest document that counts, None where nothing is scanned.
    """

    has_passed_version: bool = False
    inspection_state: str | None = None
    not_applicable: bool = False
    scan_state: ScanState | None = None


@dataclass(frozen=True)
class ReturnItemFact:
    """An item of a return (R17)."""

    id: str
    answered: bool


@dataclass(frozen=True)
class ReadinessFacts:
    """The facts that readiness depends on. `details` holds each stored group by its key."""

    details: Mapping[str, Values]
    main_address: Values
    open_delivery_sites: int
    site_ids: frozenset[str]
    policies: Mapping[str, PolicyFact]
    roles_held: frozenset[str]
    accepted_current: bool
    accepted_older: bool
    return_items: Sequence[ReturnItemFact]
    today: date


_POLICIES: Final[Mapping[str, Policy]] = {key.value: policy for key, policy in POLICIES.items()}
_NOTHING_SUPPLIED: Final = PolicyFact()


def policy_gaps(
    policies: Mapping[str, PolicyFact], *, plans_invigilated_assessment: bool | None = None
) -> list[Missing]:
    """Return the missing policies (R13).

    The R14 statement replaces e) only if the centre has answered no to planning an invigilated assessment.
    """
    gaps = []
    for key, policy in _POLICIES.items():
        fact = policies.get(key, _NOTHING_SUPPLIED)
        stated = policy.may_be_not_applicable and fact.not_applicable
        if fact.has_passed_version and fact.scan_state in (None, ScanState.CLEAN) and not stated:
            continue
        problem = _policy_problem(policy, fact, plans_invigilated_assessment)
        if problem:
            code, message = problem
            gaps.append(Missing(Section.POLICIES_AND_PROCEDURES.value, None, pointer(key), code, message))
    return gaps


def _policy_problem(
    policy: Policy, fact: PolicyFact, plans_invigilated: bool | None
) -> tuple[InputFaultCode, str] | None:
    document = f"{policy.letter}) {policy.title}"
    # A statement is always newer than the document: it takes the document back, and an upload ends it.
    if policy.may_be_not_applicable and fact.not_applicable:
        if plans_invigilated is False:
            return None
        return (
            InputFaultCode.NOT_APPLICABLE_CONTRADICTED,
            f"{document}: it counts as not applicable only while section Application says that no invigilated "
            "assessment is planned. Change that answer, or upload the document.",
        )
    instead = _INSTEAD.get(plans_invigilated, "") if policy.may_be_not_applicable else ""
    if fact.inspection_state == InspectionState.PENDING:
        return (
            InputFaultCode.DOCUMENT_BEING_INSPECTED,
            f"{document}: the document is still being inspected. Try again in a moment.",
        )
    if fact.has_passed_version and fact.scan_state in _NOT_SCANNED:
        code, message = _NOT_SCANNED[fact.scan_state]
        return code, f"{document}: {message}" + (instead if fact.scan_state is not ScanState.PENDING else "")
    if fact.inspection_state is not None:
        message = f"{document}: the document did not pass inspection. Upload another one."
        return InputFaultCode.DOCUMENT_REFUSED, message + instead
    if policy.may_be_not_applicable and plans_invigilated is False:
        return InputFaultCode.REQUIRED, f"{document}: state that you plan no invigilated assessment."
    return InputFaultCode.REQUIRED, f"{document}: upload the document.{instead}"


# By the answer in section Application on whether an invigilated assessment is planned.
_INSTEAD: Final = {
    False: " Or state that you plan no invigilated assessment.",
    None: " If you plan no invigilated assessment, answer so in section Application first.",
}
_NOT_SCANNED: Final = {
    ScanState.PENDING: (
        InputFaultCode.DOCUMENT_BEING_SCANNED,
        "the document waits for the virus scanner. You need do nothing: it counts as soon as it is scanned.",
    ),
    ScanState.INFECTED: (
        InputFaultCode.DOCUMENT_INFECTED,
        "the virus scanner found a virus in the document. Upload a clean version.",
    ),
    ScanState.FAILED: (
        InputFaultCode.DOCUMENT_NOT_SCANNED,
        "the virus scanner could not check the document. Upload another version: smaller, or saved as a PDF.",
    ),
}

_ROLE_GAPS: Final[Mapping[str, Missing]] = {
    role.value: Missing(
        ReadinessSection.CONTACTS.value,
        None,
        pointer(role.value),
        InputFaultCode.REQUIRED,
        f"Add a contact who holds the role '{role.label}'.",
    )
    for role in ContactRole
}


def contact_gaps(roles_held: Collection[str]) -> list[Missing]:
    """Return the contact roles that nobody holds (R09)."""
    return [gap for role, gap in _ROLE_GAPS.items() if role not in roles_held]


def agreement_gaps(accepted_current: bool, accepted_older: bool) -> list[Missing]:
    """Return a gap if the current agreement and code of conduct are not accepted (R15)."""
    if accepted_current:
        return []
    if accepted_older:
        code, message = (
            InputFaultCode.NEW_VERSION,
            "The centre agreement or the customer code of conduct has a new version since you agreed. A super user "
            "must agree to it.",
        )
    else:
        code, message = (
            InputFaultCode.REQUIRED,
            "A super user must agree to the centre agreement and the customer code of conduct.",
        )
    return [Missing(Section.CENTRE_AGREEMENT.value, None, "", code, message)]


def return_item_gaps(items: Sequence[ReturnItemFact]) -> list[Missing]:
    """Return the items of a return that the centre has not answered (R17)."""
    return [
        Missing(
            ReadinessSection.RETURN_ITEMS.value,
            None,
            pointer(item.id),
            InputFaultCode.UNANSWERED,
            "Answer this point before you submit again.",
        )
        for item in items
        if not item.answered
    ]


def readiness(facts: ReadinessFacts) -> list[Missing]:
    """Return everything that is missing: contacts, then the three sections, then the items of a return."""
    return [
        *contact_gaps(facts.roles_held),
        *details_gaps(
            facts.details,
            main_address=facts.main_address,
            open_delivery_sites=facts.open_delivery_sites,
            site_ids=facts.site_ids,
            today=facts.today,
        ),
        *policy_gaps(facts.policies, plans_invigilated_assessment=_plans_invigilated(facts.details)),
        *agreement_gaps(facts.accepted_current, facts.accepted_older),
        *return_item_gaps(facts.return_items),
    ]


def begun(facts: ReadinessFacts) -> frozenset[Section]:
    """Return the sections in which there is something."""
    found = {
        Section.APPLICATION: any(facts.details.values()),
        Section.POLICIES_AND_PROCEDURES: any(
            fact.inspection_state is not None or fact.not_applicable for fact in facts.policies.values()
        ),
        Section.CENTRE_AGREEMENT: facts.accepted_current or facts.accepted_older,
    }
    return frozenset(section for section, has_begun in found.items() if has_begun)


def _plans_invigilated(details: Mapping[str, Values]) -> bool | None:
    answer: bool | None = (details.get(DetailsGroup.PROVISION.value) or {}).get("plans_invigilated_assessment")
    return answer
