"""Group `suitability`: the declarations, each answered yes or no, with an explanation for a yes (R12)."""

from typing import Annotated

from app.domain.sections import DetailsGroup
from app.domain.vocabularies import Declaration
from app.schemas.details.shape import Draft, answer_of, draft
from app.schemas.fields import Flag
from app.schemas.text import long_text


class SuitabilityAnswerDraft(Draft):
    """The answer to one declaration."""

    answer: Flag | None = draft("Yes (true) or no (false).", True)
    explanation: Annotated[str, long_text(words=500)] | None = draft(
        "What happened and what was done about it, in at most 500 words. Required if the answer is yes.",
        "A contract ended in 2021 when the funding programme closed.",
    )


class DeclarationsDraft(Draft):
    """The declarations by their keys in the reference data."""

    insolvency: SuitabilityAnswerDraft | None = draft(Declaration.INSOLVENCY.label)
    public_contract_ended_early: SuitabilityAnswerDraft | None = draft(Declaration.PUBLIC_CONTRACT_ENDED_EARLY.label)
    funding_withdrawn: SuitabilityAnswerDraft | None = draft(Declaration.FUNDING_WITHDRAWN.label)
    removed_from_register: SuitabilityAnswerDraft | None = draft(Declaration.REMOVED_FROM_REGISTER.label)
    under_investigation: SuitabilityAnswerDraft | None = draft(Declaration.UNDER_INVESTIGATION.label)
    safeguarding_investigation: SuitabilityAnswerDraft | None = draft(Declaration.SAFEGUARDING_INVESTIGATION.label)
    approval_refused_or_withdrawn: SuitabilityAnswerDraft | None = draft(
        Declaration.APPROVAL_REFUSED_OR_WITHDRAWN.label
    )
    sanctioned: SuitabilityAnswerDraft | None = draft(Declaration.SANCTIONED.label)
    malpractice_finding: SuitabilityAnswerDraft | None = draft(Declaration.MALPRACTICE_FINDING.label)
    person_in_control: SuitabilityAnswerDraft | None = draft(Declaration.PERSON_IN_CONTROL.label)


class SuitabilityDraft(Draft):
    """The declarations about the organisation's suitability. Each may be left out until submission."""

    declarations: DeclarationsDraft | None = draft("The declarations.")


SuitabilityDetails = answer_of(SuitabilityDraft, DetailsGroup.SUITABILITY)
