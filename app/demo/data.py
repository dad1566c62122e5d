"""What the people of the story say. The centre is the one whose policies `app.samples` makes; nothing is real.

Telephone numbers are those that Ofcom keeps for drama, and domains those that RFC 2606 keeps for examples.
"""

from copy import deepcopy
from datetime import date, timedelta

from app.samples.answers import Body

DUE_DILIGENCE = (
    ("organisation_exists", "Companies House 07001234: active since 2009, and the name agrees."),
    ("address", "The lease of 4 Harbour Lane was seen, but the registered office is still their accountant's address."),
    ("contact_channels", "The telephone is answered in the organisation's name; the domain agrees with the website."),
    ("initial_super_user", "Their switchboard put us through to Dana Holt, and the Principal confirmed the task."),
    ("duplicates", "The likely duplicates that are shown were gone through one by one."),
    ("regulatory_standing", "No sanction or withdrawn approval known; the last inspection found them good."),
    ("adverse_information", "No insolvency notice, no disqualified director, no serious adverse news."),
)
CONCERN = "address"
CONCERN_ACCEPTED = (
    "The landlord confirmed the lease by telephone, and the change of registered office was filed on Monday."
)

SECOND_ASSURER = {
    "name": "Leah Quinn",
    "roles": ["assessor", "internal_quality_assurer"],
    "subject_areas": ["Business administration"],
    "qualifications": "Level 4 award in internal quality assurance",
    "years": 5,
}


def spoilt(form: Body) -> Body:
    """The same form in a hurry: a town left out, a postcode, an address and a number that are none, no declaration."""
    form = deepcopy(form)
    del form["address"]["town"]
    form["address"]["postcode"] = "HULL"
    form["initial_super_user"] |= {"email": "dana.holt(at)harbour-lane", "telephone": "extension 12"}
    return form | {"declaration": False}


def return_items(today: date) -> list[Body]:
    """What the initial review asks to be mended: a policy, and a point of section Application."""
    by = (today + timedelta(days=14)).isoformat()
    return [
        {
            "section": "policies_and_procedures",
            "pointer": "/internal_quality_assurance",
            "code": "does_not_meet_requirement",
            "asked": "Sampling takes place only at the end of a unit, and observation of assessment practice is "
            "missing. Send a version that covers both.",
            "answer_by": by,
        },
        {
            "section": "application",
            "pointer": "/experience/delivery_staff",
            "code": "missing_information",
            "asked": "Nobody named assures the quality of business administration. Say who does.",
            "answer_by": by,
        },
    ]


def required_actions(today: date) -> list[Body]:
    """What the centre has to do after it is accepted."""
    return [
        {
            "description": "Send the sampling plan for the first cohort, with every assessor and both sites in it.",
            "due_on": (today + timedelta(days=28)).isoformat(),
        },
        {
            "description": "Send the record of the first standardisation meeting with staff of the Quayside site.",
            "due_on": (today + timedelta(days=84)).isoformat(),
        },
    ]


SAMPLING_PLAN = """# Sampling plan for the first cohort
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
