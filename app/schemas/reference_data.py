"""Everything that a front end needs to draw the forms: lists, guidance and names (R09, R13)."""

from pydantic import Field

from app.domain.contact_roles import ContactRole
from app.domain.due_diligence import DueDiligenceCheckKey
from app.domain.policies import PolicyKey
from app.schemas.base import Answer


class Choice(Answer):
    """One entry of a list: the key that is sent and stored, and the words that a person reads."""

    key: str = Field(description="What is sent.", examples=["england"])
    label: str = Field(description="What a person reads.", examples=["England"])


class PolicyReference(Answer):
    """One of the eleven policies and procedures, with what the guide says it must contain."""

    letter: str = Field(description="Its letter in the guide, a to k.", examples=["a"])
    key: PolicyKey = Field(description="Its key.")
    title: str = Field(description="Its title.", examples=["Appeals procedure for candidates"])
    guidance: str = Field(
        description="What it must contain: plain text, paragraphs apart by an empty line, points begin with `- `.",
        examples=["An appeal is a procedure through which a Centre may be challenged …"],
    )
    may_be_not_applicable: bool = Field(
        description="True where a statement can take its place: e) alone, when no invigilated assessment is planned.",
        examples=[False],
    )


class ContactRoleReference(Answer):
    """One of the six contact roles, with its responsibilities as the guide lists them."""

    key: ContactRole = Field(description="Its key.")
    label: str = Field(description="Its name.", examples=["Finance contact"])
    description: str = Field(
        description="Who holds it.", examples=["The head of the organisation, eg chief executive/principal."]
    )
    responsibilities: list[str] = Field(
        description="Its key responsibilities; empty where the guide lists none.",
        examples=[["ensuring timely payment of invoices"]],
    )
    several_holders: bool = Field(description="Whether several people may hold it.", examples=[False])


class DueDiligenceCheckReference(Answer):
    """A check that staff carry out on every initial application."""

    key: DueDiligenceCheckKey = Field(description="Its key.")
    label: str = Field(description="What must be so.", examples=["The organisation exists"])
    what_to_look_at: str = Field(
        description="What the person who checks looks at.", examples=["Find the organisation in the register …"]
    )


class Vocabularies(Answer):
    """The closed lists of the forms, each under the name of what it is chosen for."""

    country: list[Choice] = Field(description="Countries.")
    centre_type: list[Choice] = Field(description="Types of centre.")
    legal_status: list[Choice] = Field(description="Legal statuses.")
    charity_regulator: list[Choice] = Field(description="Charity regulators.")
    declaration: list[Choice] = Field(description="Declarations of suitability; the label is the whole question.")
    years_of_experience: list[Choice] = Field(description="Years of experience.")
    approval_status: list[Choice] = Field(description="Where an approval stands.")
    direct_claims_status: list[Choice] = Field(description="Direct claims statuses.")
    risk_rating: list[Choice] = Field(description="Risk ratings.")
    staff_role: list[Choice] = Field(description="What delivery staff do.")
    learner_age_group: list[Choice] = Field(description="Age groups of learners.")
    level: list[Choice] = Field(description="Levels of qualifications.")
    sector_subject_area: list[Choice] = Field(description="Ofqual's sector subject areas, both tiers.")
    delivery_mode: list[Choice] = Field(description="How learning is delivered.")
    funding_source: list[Choice] = Field(description="Where the money comes from.")
    insurance_kind: list[Choice] = Field(description="Kinds of insurance.")
    due_diligence_outcome: list[Choice] = Field(description="Outcomes of a due diligence check.")


class ReferenceData(Answer):
    """The reference data of one version of the form."""

    version: str = Field(description="The version of the form and of these lists.", examples=["2026.1"])
    policies: list[PolicyReference] = Field(description="The eleven policies and procedures, a to k.")
    contact_roles: list[ContactRoleReference] = Field(description="The six contact roles.")
    due_diligence_checks: list[DueDiligenceCheckReference] = Field(description="The due diligence checks.")
    sections: list[Choice] = Field(description="The sections of the application form, in order.")
    details_groups: list[Choice] = Field(description="The groups of section Application, in order.")
    vocabularies: Vocabularies = Field(description="The closed lists.")
