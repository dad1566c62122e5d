"""Group `provision`: what the centre intends to offer, and with what means (R12)."""

from typing import Annotated

from pydantic import Field

from app.domain.sections import DetailsGroup
from app.domain.sector_subject_areas import SectorSubjectArea
from app.domain.vocabularies import DeliveryMode, FundingSource, InsuranceKind, QualificationLevel
from app.schemas.details.shape import Draft, answer_of, draft
from app.schemas.fields import Flag, Id, IsoDate, choice, distinct
from app.schemas.identifiers import QualificationNumber
from app.schemas.text import long_text, one_line

DeliveryModes = Annotated[list[Annotated[DeliveryMode, choice()]], distinct(len(DeliveryMode))]


class IntendedQualificationDraft(Draft):
    """A qualification that the centre intends to offer."""

    title: Annotated[str, one_line(1, 200)] | None = draft("Its title.", "Level 2 Certificate in Adult Social Care")
    qualification_number: QualificationNumber | None = draft("Ofqual's number, if known.", "603/1234/5")
    level: Annotated[QualificationLevel, choice()] | None = draft("Its level.", "2")
    sector_subject_area: Annotated[SectorSubjectArea, choice()] | None = draft("Its sector subject area.", "1_3")
    delivery_modes: DeliveryModes | None = draft("How it will be delivered.", ["classroom", "blended"])
    site_ids: Annotated[list[Id], distinct(200)] | None = draft(
        "The sites where it will be delivered, the main site included.", ["0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"]
    )
    start_on: IsoDate | None = draft("When the first course is to start.", "2026-09-01")
    direct_claims_wanted: Flag | None = draft("Whether direct claims status is wanted.", False)


class PremisesDraft(Draft):
    """Whether the premises are fit for the provision."""

    suitable: Flag | None = draft("Suitable for the provision.", True)
    accessible: Flag | None = draft("Accessible to learners with disabilities.", True)
    secure_storage: Flag | None = draft("Secure storage for assessment materials.", True)


class InsuranceDraft(Draft):
    """One kind of insurance."""

    kind: Annotated[InsuranceKind, choice()] | None = draft("The kind of insurance.", "public_liability")
    held: Flag | None = draft("Whether it is held.", True)
    insurer: Annotated[str, one_line(1, 200)] | None = draft("The insurer, where it is held.", "Example Mutual")
    expires_on: IsoDate | None = draft("The last day of cover, where it is held.", "2027-03-31")


class ProvisionDraft(Draft):
    """The intended provision, as far as it is filled in."""

    intended_qualifications: Annotated[list[IntendedQualificationDraft], Field(max_length=200)] | None = draft(
        "The qualifications that the centre intends to offer."
    )
    offers_access_to_he: Flag | None = draft("Whether it will offer Access to Higher Education.", False)
    plans_invigilated_assessment: Flag | None = draft(
        "Whether any assessment will be invigilated, examinations and multiple-choice questions included; if so, the "
        "examinations procedure is required.",
        True,
    )
    delivery_modes: DeliveryModes | None = draft("How learning will be delivered.", ["classroom", "online"])
    funding_sources: Annotated[list[Annotated[FundingSource, choice()]], distinct(len(FundingSource))] | None = draft(
        "Where the money comes from.", ["adult_skills_fund", "learner"]
    )
    premises: PremisesDraft | None = draft("The premises.")
    insurance: Annotated[list[InsuranceDraft], Field(max_length=10)] | None = draft("The insurance held.")
    conflicts_of_interest: Flag | None = draft("Whether there are actual or potential conflicts of interest.", True)
    conflicts_of_interest_details: Annotated[str, long_text(words=500)] | None = draft(
        "What they are and how they are managed, in at most 500 words.", "A director's partner is an assessor."
    )


ProvisionDetails = answer_of(ProvisionDraft, DetailsGroup.PROVISION)
