"""The closed lists that the forms offer. Each member is the stored key, with a label for people.

The longest list has a separate module, `app/domain/sector_subject_areas.py`.
"""

from enum import StrEnum
from typing import Self


class Vocabulary(StrEnum):
    """A closed list. A member *is* its key; `label` is what a person reads."""

    label: str

    def __new__(cls, key: str, label: str = "") -> Self:
        member = str.__new__(cls, key)
        member._value_ = key
        member.label = label
        return member


class CentreType(Vocabulary):
    """The type of organisation."""

    GENERAL_FURTHER_EDUCATION_COLLEGE = "general_further_education_college", "General further education college"
    SIXTH_FORM_COLLEGE = "sixth_form_college", "Sixth form college"
    SCHOOL = "school", "School"
    ACADEMY = "academy", "Academy"
    MULTI_ACADEMY_TRUST = "multi_academy_trust", "Multi-academy trust"
    INDEPENDENT_SCHOOL = "independent_school", "Independent school"
    HIGHER_EDUCATION_INSTITUTION = "higher_education_institution", "Higher education institution"
    INDEPENDENT_TRAINING_PROVIDER = "independent_training_provider", "Independent training provider"
    GROUP_TRAINING_ASSOCIATION = "group_training_association", "Group training association"
    EMPLOYER = "employer", "Employer"
    CHARITY_OR_VOLUNTARY = "charity_or_voluntary", "Charity or voluntary organisation"
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    NHS_TRUST = "nhs_trust", "NHS trust"
    PRISON_OR_OFFENDER_LEARNING = "prison_or_offender_learning", "Prison or offender learning"
    GOVERNMENT_DEPARTMENT = "government_department", "Government department"
    UNIFORMED_SERVICE = "uniformed_service", "Uniformed service"
    OVERSEAS_PROVIDER = "overseas_provider", "Overseas provider"
    OTHER = "other", "Another type of centre"


class LegalStatus(Vocabulary):
    """The legal form of an organisation."""

    PUBLIC_LIMITED_COMPANY = "public_limited_company", "Public limited company"
    PRIVATE_LIMITED_COMPANY = "private_limited_company", "Private limited company"
    LIMITED_BY_GUARANTEE = "limited_by_guarantee", "Company limited by guarantee"
    COMMUNITY_INTEREST_COMPANY = "community_interest_company", "Community interest company"
    CHARITABLE_INCORPORATED_ORGANISATION = (
        "charitable_incorporated_organisation",
        "Charitable incorporated organisation",
    )
    LIMITED_LIABILITY_PARTNERSHIP = "limited_liability_partnership", "Limited liability partnership"
    PARTNERSHIP = "partnership", "Partnership"
    SOLE_TRADER = "sole_trader", "Sole trader"
    ROYAL_CHARTER = "royal_charter", "Body incorporated by Royal Charter"
    STATUTORY_BODY = "statutory_body", "Statutory body"
    UNINCORPORATED_ASSOCIATION = "unincorporated_association", "Unincorporated association"
    OTHER = "other", "Another legal status"

    @property
    def has_company_number(self) -> bool:
        """True for the forms that Companies House registers: companies, community interest companies and LLPs."""
        return self in _ON_THE_COMPANIES_REGISTER


_ON_THE_COMPANIES_REGISTER = frozenset(
    {
        LegalStatus.PUBLIC_LIMITED_COMPANY,
        LegalStatus.PRIVATE_LIMITED_COMPANY,
        LegalStatus.LIMITED_BY_GUARANTEE,
        LegalStatus.COMMUNITY_INTEREST_COMPANY,
        LegalStatus.LIMITED_LIABILITY_PARTNERSHIP,
    }
)


class CharityRegulator(Vocabulary):
    """The regulator of a charity."""

    ENGLAND_AND_WALES = "england_and_wales", "Charity Commission for England and Wales"
    SCOTLAND = "scotland", "Scottish Charity Regulator (OSCR)"
    NORTHERN_IRELAND = "northern_ireland", "Charity Commission for Northern Ireland"
    PRINCIPAL_REGULATOR = "principal_regulator", "Exempt charity with a principal regulator"
    HMRC = "hmrc", "None: a charity for tax, by HM Revenue and Customs"
    OTHER = "other", "Another regulator"


class YearsOfExperience(Vocabulary):
    """How long a centre has delivered accredited learning."""

    UNDER_1 = "under_1", "Less than a year"
    ONE_TO_TWO = "1_to_2", "1 to 2 years"
    THREE_TO_FIVE = "3_to_5", "3 to 5 years"
    OVER_5 = "over_5", "More than 5 years"


class ApprovalStatus(Vocabulary):
    """The status of an approval by another awarding organisation."""

    APPLIED = "applied", "Applied for"
    APPROVED = "approved", "Approved"
    SUSPENDED = "suspended", "Suspended"
    WITHDRAWN = "withdrawn", "Withdrawn by the awarding organisation"
    SURRENDERED = "surrendered", "Given up by the centre"
    REFUSED = "refused", "Refused"


class DirectClaimsStatus(Vocabulary):
    """Whether the centre may claim certificates without a prior visit."""

    HELD = "held", "Held"
    PARTLY_HELD = "partly_held", "Held for some qualifications"
    NOT_HELD = "not_held", "Not held"
    SUSPENDED = "suspended", "Suspended or withdrawn"


class RiskRating(Vocabulary):
    """A risk rating by another awarding organisation."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class DeliveryStaffRole(Vocabulary):
    """A role of delivery staff."""

    TUTOR = "tutor", "Tutor or trainer"
    ASSESSOR = "assessor", "Assessor"
    INTERNAL_QUALITY_ASSURER = "internal_quality_assurer", "Internal quality assurer"
    INVIGILATOR = "invigilator", "Invigilator"
    LEARNING_SUPPORT = "learning_support", "Learning support"
    CURRICULUM_LEAD = "curriculum_lead", "Curriculum lead"


class LearnerAgeGroup(Vocabulary):
    """A learner's age in years at the start of the course."""

    PRE_16 = "pre_16", "Under 16"
    FROM_16_TO_18 = "16_to_18", "16 to 18"
    FROM_19 = "19_plus", "19 and over"


class QualificationLevel(Vocabulary):
    """A level of the Regulated Qualifications Framework."""

    ENTRY_1 = "entry_1", "Entry level 1"
    ENTRY_2 = "entry_2", "Entry level 2"
    ENTRY_3 = "entry_3", "Entry level 3"
    LEVEL_1 = "1", "Level 1"
    LEVEL_2 = "2", "Level 2"
    LEVEL_3 = "3", "Level 3"
    LEVEL_4 = "4", "Level 4"
    LEVEL_5 = "5", "Level 5"
    LEVEL_6 = "6", "Level 6"
    LEVEL_7 = "7", "Level 7"
    LEVEL_8 = "8", "Level 8"


class DeliveryMode(Vocabulary):
    """A mode of delivery."""

    CLASSROOM = "classroom", "Classroom"
    WORKPLACE = "workplace", "Workplace"
    ONLINE = "online", "Online"
    BLENDED = "blended", "Blended"
    DISTANCE = "distance", "Distance learning"
    COMMUNITY = "community", "Community or outreach"


class FundingSource(Vocabulary):
    """A source of funding."""

    ADULT_SKILLS_FUND = "adult_skills_fund", "Adult skills fund"
    YOUNG_PEOPLE_16_TO_19 = "young_people_16_to_19", "16 to 19 funding"
    APPRENTICESHIP_LEVY = "apprenticeship_levy", "Apprenticeship funding"
    ADVANCED_LEARNER_LOANS = "advanced_learner_loans", "Advanced learner loans"
    DEVOLVED_AUTHORITY = "devolved_authority", "A devolved administration or combined authority"
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    GRANT_OR_CHARITABLE = "grant_or_charitable", "Grant or charitable funding"
    EMPLOYER = "employer", "Paid by employers"
    LEARNER = "learner", "Paid by learners"
    OWN_FUNDS = "own_funds", "The centre's own funds"
    OTHER = "other", "Another source"


class InsuranceKind(Vocabulary):
    """A kind of insurance."""

    EMPLOYERS_LIABILITY = "employers_liability", "Employers' liability"
    PUBLIC_LIABILITY = "public_liability", "Public liability"
    PROFESSIONAL_INDEMNITY = "professional_indemnity", "Professional indemnity"


class Declaration(Vocabulary):
    """The questions of suitability; the label is the whole question, answered with yes or no."""

    INSOLVENCY = (
        "insolvency",
        "Has the organisation been insolvent, or made a composition or arrangement with its creditors?",
    )
    PUBLIC_CONTRACT_ENDED_EARLY = (
        "public_contract_ended_early",
        "Has a public contract held by the organisation been ended early?",
    )
    FUNDING_WITHDRAWN = (
        "funding_withdrawn",
        "Has public funding been withdrawn from the organisation, or has it had to repay any?",
    )
    REMOVED_FROM_REGISTER = (
        "removed_from_register",
        "Has the organisation been removed from a professional, trade or charity register?",
    )
    UNDER_INVESTIGATION = (
        "under_investigation",
        "Is the organisation under investigation by a regulator or other public body?",
    )
    SAFEGUARDING_INVESTIGATION = (
        "safeguarding_investigation",
        "Has the organisation been the subject of a safeguarding investigation?",
    )
    APPROVAL_REFUSED_OR_WITHDRAWN = (
        "approval_refused_or_withdrawn",
        "Has an awarding organisation refused, suspended or withdrawn approval of the organisation?",
    )
    SANCTIONED = (
        "sanctioned",
        "Has an awarding organisation or a regulator imposed a sanction on the organisation?",
    )
    MALPRACTICE_FINDING = (
        "malpractice_finding",
        "Has malpractice or maladministration been found at the organisation in the last three years?",
    )
    PERSON_IN_CONTROL = (
        "person_in_control",
        "Is a person in control of the organisation disqualified as a director or trustee, bankrupt, or with a "
        "relevant unspent conviction?",
    )
