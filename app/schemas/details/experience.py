"""Group `experience`: accredited learning so far, and the delivery staff (R12)."""

from typing import Annotated

from pydantic import Field

from app.domain.sections import DetailsGroup
from app.domain.vocabularies import (
    ApprovalStatus,
    DeliveryStaffRole,
    DirectClaimsStatus,
    RiskRating,
    YearsOfExperience,
)
from app.schemas.details.shape import Draft, answer_of, draft
from app.schemas.fields import Flag, IsoDate, PersonName, choice, distinct, organisations_name, whole
from app.schemas.text import long_text, one_line, several_lines


class OtherApprovalDraft(Draft):
    """An approval by another awarding organisation."""

    awarding_organisation: Annotated[str, one_line(1, 200), organisations_name] | None = draft(
        "The awarding organisation.", "Example Awards"
    )
    centre_number: Annotated[str, one_line(1, 30)] | None = draft(
        "The centre's number at that organisation.", "C-10234"
    )
    approved_on: IsoDate | None = draft("The date of the approval.", "2019-03-14")
    status: Annotated[ApprovalStatus, choice()] | None = draft("The status of the approval.", "approved")
    direct_claims_status: Annotated[DirectClaimsStatus, choice()] | None = draft("The direct claims status.", "held")
    last_quality_assurance_on: IsoDate | None = draft("The date of the last quality assurance visit.", "2026-02-03")
    risk_rating: Annotated[RiskRating, choice()] | None = draft("The risk rating, if known.", "low")


class DeliveryStaffMemberDraft(Draft):
    """A person who teaches, assesses or assures quality."""

    name: PersonName | None = draft("The person's name.", "Priya Shah")
    roles: Annotated[list[Annotated[DeliveryStaffRole, choice()]], distinct(10)] | None = draft(
        "The person's roles.", ["assessor", "internal_quality_assurer"]
    )
    subject_areas: Annotated[list[Annotated[str, one_line(1, 100)]], distinct(30)] | None = draft(
        "The person's subject areas.", ["Health and social care"]
    )
    qualifications: Annotated[str, several_lines(1, 2000)] | None = draft(
        "Teaching, assessing and subject qualifications.", "PGCE; Level 4 Award in internal quality assurance"
    )
    years: Annotated[int, whole(0, 70)] | None = draft("Years of experience.", 8)


class ExperienceDraft(Draft):
    """The centre's experience. Every property may be left out until submission."""

    delivers_accredited_learning: Flag | None = draft("Whether the centre delivers accredited learning now.", True)
    years_of_experience: Annotated[YearsOfExperience, choice()] | None = draft(
        "How long the centre has delivered it.", "3_to_5"
    )
    other_approvals: Annotated[list[OtherApprovalDraft], Field(max_length=50)] | None = draft(
        "Approvals by other awarding organisations."
    )
    assessment_experience: Annotated[str, long_text(words=500)] | None = draft(
        "Experience of assessment, in at most 500 words.", "We have assessed portfolios since 2011."
    )
    delivery_staff: Annotated[list[DeliveryStaffMemberDraft], Field(max_length=500)] | None = draft(
        "The delivery staff: at least one assessor and one internal quality assurer."
    )


ExperienceDetails = answer_of(ExperienceDraft, DetailsGroup.EXPERIENCE)
