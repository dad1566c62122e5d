"""What the same fictional provider answers: its web form, its sites and contacts, and section Application.

All of it is complete, so that only policies and the agreement are missing. Telephone numbers are those that Ofcom keeps
for drama, and domains those that RFC 2606 keeps for examples; `run` makes log-ins that nobody else has.
"""

from datetime import date, timedelta

from app.domain.json_values import JsonObject
from app.samples import ORGANISATION

_QUALIFICATIONS = (
    ("Level 2 Certificate in Adult Social Care", "2", "1_3", 60),
    ("Level 3 Diploma in Business Administration", "3", "15_2", 40),
)
_STAFF = (
    ("Farah Siddiqui", ["tutor", "assessor"], ["Adult social care"], "Certificate in Education; assessor award", 9),
    ("Joe Tanner", ["tutor", "assessor"], ["Business administration"], "PGCE; assessor award", 6),
    ("Marcus Webb", ["internal_quality_assurer"], ["Adult social care"], "Level 4 award in leading IQA", 12),
)
_DECLARATIONS = (
    "insolvency",
    "public_contract_ended_early",
    "removed_from_register",
    "under_investigation",
    "safeguarding_investigation",
    "approval_refused_or_withdrawn",
    "sanctioned",
    "malpractice_finding",
    "person_in_control",
)


def domain(run: str) -> str:
    """The centre's mail domain, another one in each run, so that every run has log-ins of its own."""
    return f"harbour-lane-{run}.example.com"


def initial_application(run: str) -> JsonObject:
    """Stage one's form, filled in."""
    return {
        "organisation_name": ORGANISATION,
        "address": {"line_1": "4 Harbour Lane", "town": "Hull", "country": "england", "postcode": "HU1 2AB"},
        "email": f"office@{domain(run)}",
        "telephone": "01632 960123",
        "initial_super_user": {
            "first_name": "Dana",
            "last_name": "Holt",
            "job_title": "Head of Quality",
            "email": f"dana.holt@{domain(run)}",
            "telephone": "01632 960124",
        },
        "declaration": True,
    }


def delivery_site() -> JsonObject:
    """The satellite that the centre's own policies tell of."""
    return {
        "name": "Quayside Learning Centre",
        "address": {"line_1": "Unit 2, Quayside", "town": "Hull", "country": "england", "postcode": "HU1 3DZ"},
        "telephone": "01632 960130",
    }


def colleague(run: str) -> JsonObject:
    """Who is invited to help."""
    return {
        "first_name": "Priya",
        "last_name": "Shah",
        "job_title": "Curriculum Manager",
        "email": f"priya.shah@{domain(run)}",
        "telephone": "01632 960125",
        "role": "user",
    }


def contacts(run: str) -> list[JsonObject]:
    """The six roles, each with the person whom the centre's organisation structure names."""
    people = (
        ("Helen", "Marsh", "Principal", "head_of_organisation"),
        ("Dana", "Holt", "Head of Quality", "overall_quality_manager"),
        ("Priya", "Shah", "Curriculum Manager", "curriculum_development"),
        ("Marcus", "Webb", "Internal Quality Assurance Lead", "quality_assurance"),
        ("Aisha", "Khan", "Examinations Officer", "administration_examinations"),
        ("Tom", "Becker", "Operations and Finance Manager", "finance"),
    )
    return [
        {
            "first_name": first,
            "last_name": last,
            "job_title": title,
            "email": f"{first}.{last}@{domain(run)}".lower(),
            "telephone": "01632 960123",
            "roles": [role],
        }
        for first, last, title, role in people
    ]


def super_users_groups(run: str) -> dict[str, JsonObject]:
    """The groups of section Application that the super user fills in."""
    return {
        "history": {
            "legal_name": f"{ORGANISATION} Limited",
            "trading_name": ORGANISATION,
            "legal_status": "private_limited_company",
            "company_number": "07001234",
            "is_charity": False,
            "website": f"https://www.{domain(run)}",
            "established_on": "2009-09-01",
            "people_in_control": [
                {"name": "Helen Marsh", "role": "Director and Principal"},
                {"name": "Colin Reyes", "role": "Director and chair of the board"},
            ],
            "history": "Two tutors founded the company in 2009 to train care workers of the port's nursing homes. "
            "Business administration came in 2013, and the satellite at Quayside opened in 2019.",
            "purpose": "We help adults in and around Hull into work and on in their work.",
            "reason_for_applying": "Employers whom we work with ask for your qualifications by name.",
            "changed_ownership_recently": False,
        },
        "suitability": {
            "declarations": {key: {"answer": False} for key in _DECLARATIONS}
            | {
                "funding_withdrawn": {
                    "answer": True,
                    "explanation": "In 2021 we repaid £3,200 for learners who had been claimed twice by mistake. The "
                    "check that was missing is now part of our learner registrations procedure.",
                }
            }
        },
        "invoice": {"purchase_order_number": "HLT-PO-0471"},
    }


def colleagues_groups(site_ids: list[str], today: date) -> dict[str, JsonObject]:
    """The groups that the colleague fills in meanwhile; the year's learners by qualification and by age agree."""
    cover = (today + timedelta(days=200)).isoformat()
    return {
        "centre-type": {
            "centre_type": "independent_training_provider",
            "uses_satellites": True,
            "uses_subcontractors": False,
            "learner_age_groups": ["16_to_18", "19_plus"],
            "works_with_vulnerable_adults": True,
            "delivery_countries": ["england"],
        },
        "provision": {
            "intended_qualifications": [
                {
                    "title": title,
                    "level": level,
                    "sector_subject_area": area,
                    "delivery_modes": ["classroom", "workplace"],
                    "site_ids": site_ids,
                    "start_on": (today + timedelta(days=90)).isoformat(),
                    "direct_claims_wanted": False,
                }
                for title, level, area, _ in _QUALIFICATIONS
            ],
            "offers_access_to_he": False,
            "plans_invigilated_assessment": True,
            "delivery_modes": ["classroom", "workplace"],
            "funding_sources": ["adult_skills_fund", "employer"],
            "premises": {"suitable": True, "accessible": True, "secure_storage": True},
            "insurance": [
                {"kind": kind, "held": True, "insurer": "Example Mutual", "expires_on": cover}
                for kind in ("employers_liability", "public_liability", "professional_indemnity")
            ],
            "conflicts_of_interest": True,
            "conflicts_of_interest_details": "The Curriculum Manager's brother is a learner in business "
            "administration; his work is assessed and sampled by others.",
        },
        "learner-numbers": {
            "current_learners": 420,
            "expected_learners": {"year_1": 100, "year_2": 120, "year_3": 140},
            "by_qualification": [{"title": title, "learners": learners} for title, _, _, learners in _QUALIFICATIONS],
            "by_age_group": {"pre_16": 0, "16_to_18": 25, "19_plus": 75},
        },
    }


def experience(today: date) -> JsonObject:
    """What the super user says of the centre's experience; the delivery staff are the colleague's to add."""
    approval = {
        "awarding_organisation": "Northern Example Awards",
        "centre_number": "C-10234",
        "approved_on": "2016-03-14",
        "status": "approved",
        "direct_claims_status": "held",
        "last_quality_assurance_on": (today - timedelta(days=120)).isoformat(),
        "risk_rating": "low",
    }
    return {
        "delivers_accredited_learning": True,
        "years_of_experience": "over_5",
        "other_approvals": [approval],
        "assessment_experience": "Our assessors have assessed portfolios, observed practice at work and marked set "
        "tasks since 2011, under the approval listed here. External quality assurers found no action to take.",
    }


def delivery_staff() -> list[JsonObject]:
    """Who teaches, assesses and assures quality."""
    return [
        {"name": name, "roles": roles, "subject_areas": areas, "qualifications": qualifications, "years": years}
        for name, roles, areas, qualifications, years in _STAFF
    ]
