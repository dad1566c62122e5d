"""Reference data, built from the domain, so that it cannot differ from what is enforced."""

from collections.abc import Iterable

from app.domain.contact_roles import CONTACT_ROLE_GUIDES, ContactRole
from app.domain.countries import Country
from app.domain.due_diligence import DueDiligenceCheckKey, DueDiligenceOutcome
from app.domain.letter_topics import LetterTopic
from app.domain.policies import POLICIES
from app.domain.sections import FORM_VERSION, DetailsGroup, Section
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
    Vocabulary,
    YearsOfExperience,
)
from app.schemas.reference_data import (
    Choice,
    ContactRoleReference,
    CountryChoice,
    DueDiligenceCheckReference,
    PolicyReference,
    ReferenceData,
    Vocabularies,
)


def build_reference_data(awarding_organisation: str) -> ReferenceData:
    """Build the answer of `GET /v1/reference-data`; the guidance names the awarding organisation by this short name."""
    return ReferenceData(
        version=FORM_VERSION,
        policies=[
            PolicyReference(
                letter=policy.letter,
                key=policy.key,
                title=policy.title,
                guidance=policy.guidance.format(ao=awarding_organisation),
                may_be_not_applicable=policy.may_be_not_applicable,
            )
            for policy in POLICIES.values()
        ],
        contact_roles=[_contact_role_to_schema(role, awarding_organisation) for role in ContactRole],
        due_diligence_checks=[
            DueDiligenceCheckReference(key=check, label=check.label, what_to_look_at=check.what_to_look_at)
            for check in DueDiligenceCheckKey
        ],
        sections=_choices(Section),
        details_groups=_choices(DetailsGroup),
        vocabularies=Vocabularies(
            countries=[_country_to_schema(country) for country in Country],
            country=_choices(country for country in Country if country.near or country is Country.OTHER),
            centre_type=_choices(CentreType),
            legal_status=_choices(LegalStatus),
            charity_regulator=_choices(CharityRegulator),
            declaration=_choices(Declaration),
            years_of_experience=_choices(YearsOfExperience),
            approval_status=_choices(ApprovalStatus),
            direct_claims_status=_choices(DirectClaimsStatus),
            risk_rating=_choices(RiskRating),
            delivery_staff_role=_choices(DeliveryStaffRole),
            learner_age_group=_choices(LearnerAgeGroup),
            level=_choices(QualificationLevel),
            sector_subject_area=_choices(SectorSubjectArea),
            delivery_mode=_choices(DeliveryMode),
            funding_source=_choices(FundingSource),
            insurance_kind=_choices(InsuranceKind),
            due_diligence_outcome=_choices(DueDiligenceOutcome),
            identity_check_method=_choices(IdentityCheckMethod),
            letter_topic=_choices(LetterTopic),
        ),
    )


def _country_to_schema(country: Country) -> CountryChoice:
    return CountryChoice(
        key=country.value,
        label=country.label,
        iso_code=country.iso_code,
        postcode_required=country.postcode_required,
    )


def _contact_role_to_schema(role: ContactRole, awarding_organisation: str) -> ContactRoleReference:
    guide = CONTACT_ROLE_GUIDES[role]
    return ContactRoleReference(
        key=role,
        label=role.label,
        description=guide.description.format(ao=awarding_organisation),
        responsibilities=[each.format(ao=awarding_organisation) for each in guide.responsibilities],
        several_holders=role.several_holders,
    )


def _choices(members: Iterable[Vocabulary]) -> list[Choice]:
    return [Choice(key=member.value, label=member.label) for member in members]
