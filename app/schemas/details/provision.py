"""Group `provision`: the intended qualifications, and the premises, insurance and funding for them (R12)."""

from typing import Annotated

from pydantic import Field

from app.domain.sections import DetailsGroup
from app.domain.sector_subject_areas import SectorSubjectArea
from app.domain.vocabularies import DeliveryMode, FundingSource, InsuranceKind, QualificationLevel
from app.schemas import example_centre as example
from app.schemas.details.shape import Draft, answer_of, draft
from app.schemas.fields import Flag, IsoDate, choice, distinct, organisations_name
from app.schemas.identifiers import QualificationNumber
from app.schemas.ids import SiteId
from app.schemas.text import long_text, one_line

DeliveryModes = Annotated[list[Annotated[DeliveryMode, choice()]], distinct(len(DeliveryMode))]


class IntendedQualificationDraft(Draft):
    """A qualification that the centre intends to offer."""

    title: Annotated[str, one_line(1, 200)] | None = draft(
        "The qualification's title.", "Level 2 Certificate in Adult Social Care"
    )
    qualification_number: QualificationNumber | None = draft("The Ofqual number, if known.", "603/1234/5")
    level: Annotated[QualificationLevel, choice()] | None = draft("The qualification's level.", "2")
    sector_subject_area: Annotated[SectorSubjectArea, choice()] | None = draft("The sector subject area.", "1_3")
    delivery_modes: DeliveryModes | None = draft("The modes of delivery.", ["classroom", "blended"])
    site_ids: Annotated[list[SiteId], distinct(200)] | None = draft(
        "The sites where it will be delivered. The main site counts too.", [example.SITE_ID]
    )
    start_on: IsoDate | None = draft("The date the first course starts.", "2027-01-11")
    direct_claims_wanted: Flag | None = draft("Whether the centre asks for direct claims status.", False)


class PremisesDraft(Draft):
    """The suitability of the premises."""

    suitable: Flag | None = draft("Whether the premises suit the provision.", True)
    accessible: Flag | None = draft("Whether they are accessible to learners with disabilities.", True)
    secure_storage: Flag | None = draft("Whether they have secure storage for assessment materials.", True)


class InsuranceDraft(Draft):
    """An insurance."""

    kind: Annotated[InsuranceKind, choice()] | None = draft("The kind of insurance.", "public_liability")
    held: Flag | None = draft("Whether the centre holds it.", True)
    insurer: Annotated[str, one_line(1, 200), organisations_name] | None = draft(
        "The insurer, if it is held.", "Example Mutual"
    )
    expires_on: IsoDate | None = draft("The last day of cover, if it is held.", "2027-03-31")


class ProvisionDraft(Draft):
    """The intended provision. Every property may be left out until submission."""

    intended_qualifications: Annotated[list[IntendedQualificationDraft], Field(max_length=200)] | None = draft(
        "The qualifications that the centre intends to offer."
    )
    offers_access_to_he: Flag | None = draft("Whether the centre will offer Access to Higher Education.", False)
    plans_invigilated_assessment: Flag | None = draft(
        "Whether any assessment will be invigilated, including examinations and multiple-choice questions. If so, the "
        "examinations procedure is required.",
        True,
    )
    delivery_modes: DeliveryModes | None = draft("The modes of delivery.", ["classroom", "online"])
    funding_sources: Annotated[list[Annotated[FundingSource, choice()]], distinct(len(FundingSource))] | None = draft(
        "The sources of funding.", ["adult_skills_fund", "learner"]
    )
    premises: PremisesDraft | None = draft("The premises.")
    insurance: Annotated[list[InsuranceDraft], Field(max_length=10)] | None = draft("The kinds of insurance.")
    conflicts_of_interest: Flag | None = draft("Whether there are actual or potential conflicts of interest.", True)
    conflicts_of_interest_details: Annotated[str, long_text(words=500)] | None = draft(
        "The conflicts and how they are managed, in at most 500 words.", "A director's partner is an assessor."
    )


ProvisionDetails = answer_of(ProvisionDraft, DetailsGroup.PROVISION)
