"""Everything that a front end needs to draw the forms: lists, guidance and names (R09, R13)."""

from collections.abc import Iterable
from typing import Annotated, Any, Protocol

from pydantic import Field

from app.domain import limits
from app.domain.contact_roles import ContactRole
from app.domain.due_diligence import DueDiligenceCheckKey, DueDiligenceOutcome
from app.domain.letter_topics import LetterTopic
from app.domain.policies import PolicyKey
from app.domain.sector_subject_areas import SectorSubjectArea
from app.domain.super_users import IdentityCheckMethod
from app.domain.vocabularies import (
    ApprovalStatus,
    CentreType,
    CharityRegulator,
    Declaration,
    DeliveryMode,
    DeliveryStaffRole,
    DirectClaimsStatus,
    FundingSource,
    InsuranceKind,
    LearnerAgeGroup,
    LegalStatus,
    QualificationLevel,
    RiskRating,
    YearsOfExperience,
)
from app.schemas import example_centre as example
from app.schemas.answered import A_FEW, CountryCode, Essay, FormVersion, Letter, Sentence, Title, Word, up_to
from app.schemas.base import Answer


class Choice(Answer):
    """An entry of a list: the key to send, and the label to show."""

    key: Word = Field(description="The key to send.", examples=["england"])
    label: Sentence = Field(description="The label to show.", examples=["England"])


class CountryChoice(Choice):
    """A country, with what an address in it needs."""

    iso_code: CountryCode | None = Field(
        description="Its ISO 3166-1 code of two letters. The nations of the UK share `GB`; null for `other`.",
        examples=["GB"],
    )
    postcode_required: bool = Field(description="Whether an address in the country needs a postcode.", examples=[True])


class PolicyReference(Answer):
    """One of the eleven policies and procedures, with the guide's requirements for it."""

    letter: Letter = Field(description="The policy's letter in the guide, a to k.", examples=["a"])
    key: PolicyKey = Field(description="The policy's key.", examples=["appeals"])
    title: Title = Field(description="The policy's title.", examples=["Appeals procedure for candidates"])
    guidance: Essay = Field(
        description="What the policy must contain, as plain text. An empty line separates paragraphs; list items begin "
        "with `- `.",
        examples=["An appeal is a procedure through which a Centre may be challenged …"],
    )
    may_be_not_applicable: bool = Field(
        description="True only for e), which a statement can replace when no invigilated assessment is planned.",
        examples=[False],
    )


class ContactRoleReference(Answer):
    """One of the six contact roles, with the responsibilities that the guide lists."""

    key: ContactRole = Field(description="The role's key.", examples=["finance"])
    label: Title = Field(description="The role's name.", examples=["Finance contact"])
    description: Sentence = Field(
        description="Who should hold the role.", examples=["The person responsible for paying invoices."]
    )
    responsibilities: Annotated[list[Sentence], up_to(limits.RESPONSIBILITIES)] = Field(
        description="The key responsibilities; empty if the guide lists none.",
        examples=[["ensuring timely payment of invoices"]],
    )
    several_holders: bool = Field(description="Whether several people may hold the role.", examples=[False])


class DueDiligenceCheckReference(Answer):
    """A check that staff carry out on every initial application."""

    key: DueDiligenceCheckKey = Field(description="The check's key.", examples=["organisation_exists"])
    label: Title = Field(description="What the check must confirm.", examples=["The organisation exists"])
    what_to_look_at: Sentence = Field(
        description="What to look at.", examples=["Find the organisation in the register …"]
    )


_Choices = Annotated[list[Choice], up_to(200)]


class _Labelled(Protocol):
    value: str

    @property
    def label(self) -> str: ...


def _entries(description: str, choices: Iterable[_Labelled]) -> Any:
    """A list of the form, with its first entry as the example."""
    first = next(iter(choices))
    return Field(description=description, examples=[[{"key": first.value, "label": first.label}]])


class Vocabularies(Answer):
    """The closed lists of the forms."""

    countries: Annotated[list[CountryChoice], up_to(500)] = Field(
        description="Every country: the nations of the United Kingdom first, then its neighbours, then all others by "
        "name. `other` comes last, for clients that know no more; a country of this list is printed by its name.",
        examples=[[{"key": "jersey", "label": "Jersey", "iso_code": "JE", "postcode_required": True}]],
    )
    country: _Choices = Field(
        description="The nations of the United Kingdom, its neighbours and `other`, for clients that have no room for "
        "all of `countries`.",
        examples=[[{"key": "england", "label": "England"}]],
    )
    centre_type: _Choices = _entries("Types of centre.", CentreType)
    legal_status: _Choices = _entries("Legal statuses.", LegalStatus)
    charity_regulator: _Choices = _entries("Charity regulators.", CharityRegulator)
    declaration: _Choices = _entries("Declarations of suitability. The label is the whole question.", Declaration)
    years_of_experience: _Choices = _entries("Ranges of years of experience.", YearsOfExperience)
    approval_status: _Choices = _entries("Statuses of an approval by another awarding organisation.", ApprovalStatus)
    direct_claims_status: _Choices = _entries("Direct claims statuses.", DirectClaimsStatus)
    risk_rating: _Choices = _entries("Risk ratings.", RiskRating)
    delivery_staff_role: _Choices = _entries("Roles of delivery staff.", DeliveryStaffRole)
    learner_age_group: _Choices = _entries("Age groups of learners.", LearnerAgeGroup)
    level: _Choices = _entries("Qualification levels.", QualificationLevel)
    sector_subject_area: _Choices = _entries("Ofqual's sector subject areas, both tiers.", SectorSubjectArea)
    delivery_mode: _Choices = _entries("Modes of delivery.", DeliveryMode)
    funding_source: _Choices = _entries("Sources of funding.", FundingSource)
    insurance_kind: _Choices = _entries("Kinds of insurance.", InsuranceKind)
    due_diligence_outcome: _Choices = _entries("Results of a due diligence check.", DueDiligenceOutcome)
    identity_check_method: _Choices = _entries("How staff make sure of who asks for a centre.", IdentityCheckMethod)
    letter_topic: _Choices = _entries("What letters to a centre are about.", LetterTopic)


class ReferenceData(Answer):
    """The reference data of one version of the form."""

    version: FormVersion = Field(
        description="The version of the form and of these lists.", examples=[example.FORM_VERSION]
    )
    policies: Annotated[list[PolicyReference], A_FEW] = Field(description="The eleven policies and procedures, a to k.")
    contact_roles: Annotated[list[ContactRoleReference], A_FEW] = Field(description="The six contact roles.")
    due_diligence_checks: Annotated[list[DueDiligenceCheckReference], A_FEW] = Field(
        description="The due diligence checks."
    )
    sections: Annotated[list[Choice], A_FEW] = Field(description="The sections of the application form, in order.")
    details_groups: Annotated[list[Choice], A_FEW] = Field(description="The groups of section Application, in order.")
    vocabularies: Vocabularies = Field(description="The closed lists, each by its name.")
