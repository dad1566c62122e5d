"""Stored section Application with nothing missing on 1 June 2026."""

from copy import deepcopy
from datetime import date
from typing import Any

from app.domain.vocabularies import Declaration

TODAY = date(2026, 6, 1)
MAIN_SITE = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
MAIN_ADDRESS = {
    "line_1": "1 High Street",
    "line_2": None,
    "town": "Derby",
    "county": None,
    "postcode": "DE24 8BX",
    "country": "england",
}

_DETAILS: dict[str, dict[str, Any]] = {
    "history": {
        "legal_name": "Exampleton College Limited",
        "legal_status": "private_limited_company",
        "company_number": "01234567",
        "is_charity": False,
        "established_on": "2009-09-01",
        "people_in_control": [{"name": "Sam Taylor", "role": "Director"}],
        "history": "Founded in 2009.",
        "purpose": "We help adults into work.",
        "reason_for_applying": "Our learners ask for it.",
        "changed_ownership_recently": False,
    },
    "suitability": {"declarations": {question.value: {"answer": False} for question in Declaration}},
    "experience": {
        "delivers_accredited_learning": False,
        "assessment_experience": "We have assessed since 2011.",
        "delivery_staff": [
            {
                "name": "Priya Shah",
                "roles": ["assessor", "internal_quality_assurer"],
                "subject_areas": ["Care"],
                "qualifications": "PGCE",
                "years": 0,
            }
        ],
    },
    "centre-type": {
        "centre_type": "employer",
        "uses_satellites": False,
        "uses_subcontractors": False,
        "learner_age_groups": ["19_plus"],
        "works_with_vulnerable_adults": False,
        "delivery_countries": ["england"],
    },
    "provision": {
        "intended_qualifications": [
            {
                "title": "Level 2 Certificate in Adult Social Care",
                "level": "2",
                "sector_subject_area": "1_3",
                "delivery_modes": ["workplace"],
                "site_ids": [MAIN_SITE],
                "start_on": "2026-09-01",
                "direct_claims_wanted": False,
            }
        ],
        "offers_access_to_he": False,
        "plans_invigilated_assessment": False,
        "delivery_modes": ["workplace"],
        "funding_sources": ["employer"],
        "premises": {"suitable": True, "accessible": True, "secure_storage": False},
        "insurance": [
            {"kind": "public_liability", "held": True, "insurer": "Example Mutual", "expires_on": "2026-06-01"},
            {"kind": "professional_indemnity", "held": False},
        ],
        "conflicts_of_interest": False,
    },
    "learner-numbers": {
        "current_learners": 0,
        "expected_learners": {"year_1": 60, "year_2": 80, "year_3": 100},
        "by_qualification": [{"title": "Level 2 Certificate in Adult Social Care", "learners": 60}],
        "by_age_group": {"pre_16": 0, "16_to_18": 20, "19_plus": 40},
    },
    "invoice": {},
}


def complete_details() -> dict[str, dict[str, Any]]:
    """A fresh copy for a test to spoil."""
    return deepcopy(_DETAILS)
