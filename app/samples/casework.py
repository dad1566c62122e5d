"""What passes between the fictional centre and the awarding organisation: due diligence, return, interview, actions."""

from datetime import date, datetime, timedelta
from typing import Final

from app.domain.due_diligence import DueDiligenceCheckKey
from app.domain.json_values import JsonObject

NOTES: Final[dict[DueDiligenceCheckKey, str]] = {
    DueDiligenceCheckKey.ORGANISATION_EXISTS: "Companies House 07001234: active since 2009, under the same name.",
    DueDiligenceCheckKey.ADDRESS: "We saw the lease of 4 Harbour Lane; it is the registered office as well.",
    DueDiligenceCheckKey.CONTACT_CHANNELS: "The telephone is answered in the organisation's name; the email domain "
    "is that of its website.",
    DueDiligenceCheckKey.INITIAL_SUPER_USER: "The switchboard put us through to Dana Holt, and the Principal confirmed "
    "that she applies for them.",
    DueDiligenceCheckKey.DUPLICATES: "We compared the likely duplicates one by one.",
    DueDiligenceCheckKey.REGULATORY_STANDING: "No sanction or withdrawn approval known; the last inspection found the "
    "provider good.",
    DueDiligenceCheckKey.ADVERSE_INFORMATION: "No insolvency notice, no disqualified director, no adverse news.",
}
CONCERNS: Final[dict[DueDiligenceCheckKey, str]] = {
    DueDiligenceCheckKey.ADDRESS: "We saw the lease of 4 Harbour Lane, but the registered office is still their "
    "accountant's address.",
}
"""The checks that can raise a concern in the story."""
CONCERN_ACCEPTED: Final = (
    "The landlord confirmed the lease by telephone, and the change of registered office was filed on Monday."
)

SECOND_ASSURER: Final[JsonObject] = {
    "name": "Leah Quinn",
    "roles": ["assessor", "internal_quality_assurer"],
    "subject_areas": ["Business administration"],
    "qualifications": "Level 4 award in internal quality assurance",
    "years": 5,
}

RETURN: Final[JsonObject] = {
    "outcome": "return",
    "explanation": "A sound application. Two points need another look.",
    "items": [
        {
            "section": "policies_and_procedures",
            "pointer": "/internal_quality_assurance",
            "code": "does_not_meet_requirement",
            "asked": "Sampling takes place only at the end of a unit, and observation of assessment practice is "
            "missing. Send a version that covers both.",
        },
        {
            "section": "application",
            "pointer": "/experience/delivery_staff",
            "code": "missing_information",
            "asked": "Nobody named assures the quality of business administration. Say who does.",
        },
    ],
}
RETURN_ANSWERS: Final = {
    "/internal_quality_assurance": "The revised policy is uploaded, approved by the board.",
    "/experience/delivery_staff": "Leah Quinn does; she is on the list now.",
}
"""The centre's answer to each item, by its pointer."""

INTERVIEW_HELD: Final[JsonObject] = {
    "outcome": "held",
    "summary": "We went through the sampling strategy, the new assessor's induction and the exam store.",
    "internal_note": "The second quality assurer has a light case load until spring.",
}


def interview(starts_at: datetime) -> JsonObject:
    """The invitation to an online interview of an hour and a half."""
    return {
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(minutes=90)).isoformat(),
        "mode": "online",
        "place": "https://meet.example.com/harbour-lane",
        "agenda": "Sampling across both sites; how new assessors are brought in; secure storage.",
    }


def required_actions(today: date) -> list[JsonObject]:
    """What the centre has to do once it is accepted, within four and twelve weeks."""
    return [
        {
            "description": "Send the sampling plan for the first cohort, with every assessor and both sites in it.",
            "due_on": (today + timedelta(weeks=4)).isoformat(),
        },
        {
            "description": "Send the record of the first standardisation meeting with staff of the Quayside site.",
            "due_on": (today + timedelta(weeks=12)).isoformat(),
        },
    ]


SAMPLING_PLAN: Final = """# Sampling plan for the first cohort
Version: 1
Approved: by the Quality Committee
Owner: Internal Quality Assurance Lead

## Aim
This plan carries out section Strategy for sampling of our internal quality assurance policy for the first cohort.

## Who is sampled, where and when
| Assessor | Unit | Site | Interim sample | Final sample |
| Farah Siddiqui | Safeguarding in adult social care | Harbour Lane | one candidate, week 6 | 20 per cent, week 12 |
| Farah Siddiqui | Personal care | Quayside Learning Centre | one candidate, week 8 | 20 per cent, week 14 |
| Joe Tanner | Managing information | Harbour Lane | one candidate, week 6 | 20 per cent, week 12 |
| Leah Quinn | Organising meetings | Quayside Learning Centre | all decisions in the first unit | 50 per cent, week 14 |

## Observation of assessment practice
- Farah Siddiqui and Joe Tanner: once, in weeks 5 to 8.
- Leah Quinn, new to the unit: twice, in weeks 4 and 10, once at the Quayside site.
"""
