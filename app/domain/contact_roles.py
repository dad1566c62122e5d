"""The six contact roles that a centre fills (R09), in the guide's words.

`{ao}` stands for the awarding organisation's short name, so that other organisations can run this software.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.domain.vocabularies import Vocabulary


class ContactRole(Vocabulary):
    """A contact's responsibility towards the awarding organisation. One person may hold several."""

    HEAD_OF_ORGANISATION = "head_of_organisation", "Head of organisation"
    OVERALL_QUALITY_MANAGER = "overall_quality_manager", "Overall quality manager/director"
    CURRICULUM_DEVELOPMENT = "curriculum_development", "Curriculum development contact"
    QUALITY_ASSURANCE = "quality_assurance", "Quality assurance contact"
    ADMINISTRATION_EXAMINATIONS = "administration_examinations", "Administration/examinations contact"
    FINANCE = "finance", "Finance contact"

    @property
    def several_holders(self) -> bool:
        """True if several people may hold the role: larger centres have several curriculum contacts."""
        return self is ContactRole.CURRICULUM_DEVELOPMENT


@dataclass(frozen=True)
class ContactRoleGuide:
    """The guide's text for a role. `description` and `responsibilities` may contain `{ao}`."""

    description: str
    responsibilities: tuple[str, ...] = ()


CONTACT_ROLE_GUIDES: Final[Mapping[ContactRole, ContactRoleGuide]] = MappingProxyType(
    {
        ContactRole.HEAD_OF_ORGANISATION: ContactRoleGuide(
            "The head of the organisation, eg chief executive/principal/headteacher."
        ),
        ContactRole.OVERALL_QUALITY_MANAGER: ContactRoleGuide(
            "This will be the person with overall responsibility for ensuring compliance with our requirements for "
            "recognition. They will be expected to liaise with an {ao} centre lead on an annual basis to ensure that "
            "all aspects of compliance and any identified issues are addressed.",
            (
                "liaising with an {ao} centre lead on an annual basis to ensure that all aspects of compliance and any "
                "identified issues are addressed",
            ),
        ),
        ContactRole.CURRICULUM_DEVELOPMENT: ContactRoleGuide(
            "This is the person with overall responsibility for curriculum planning and development within your "
            "centre. We recognise some larger centres may have multiple users with this role title. They MUST ensure "
            "that courses submitted to {ao} have been through an appropriate internal course approval.",
            ("ensuring that courses submitted to {ao} have been through an appropriate internal course approval",),
        ),
        ContactRole.QUALITY_ASSURANCE: ContactRoleGuide(
            "This person is accountable for the quality assurance and management of components/units and "
            "qualifications.",
            (
                "internal quality systems including internal verification, standardisation, response to quality "
                "assurance reports and annual reviews",
                "ensuring the initial training and updating of staff involved with internal quality systems, "
                "including direct claims verifiers",
                "ensuring the regulations for qualifications are met eg security of external/internal assessments",
                "liaising with {ao} quality and compliance staff",
                "ensuring the Centre is represented at standardisation events and that samples of learners' work is "
                "made available",
                "arranging external verification",
            ),
        ),
        ContactRole.ADMINISTRATION_EXAMINATIONS: ContactRoleGuide(
            "This person will likely have the most regular contact with our customer experience team.",
            (
                "ensuring accurate and prompt completion of administrative forms/processes",
                "submitting learner registrations within specified time frames via the {ao} Portal",
                "liaising with {ao} staff and forwarding necessary documents to tutors and other staff",
                "maintaining accurate records of all course and learner registrations",
                "ensuring the secure transmission of details of assessment outcomes to the awarding organisation via "
                "the {ao} Portal",
                "ensuring the prompt distribution of certificates to learners",
            ),
        ),
        ContactRole.FINANCE: ContactRoleGuide(
            "The first contact {ao} will have with your named finance contact is when we issue the centre recognition "
            "invoice. Your application for centre recognition will not proceed until the centre recognition invoice "
            "has been paid so it is a good idea to let them know an application has been submitted so they are "
            "expecting the invoice. Please provide a purchase order number at the time of your application if that is "
            "your centre's system.",
            (
                "ensuring timely payment of invoices",
                "liaising with {ao} finance staff",
            ),
        ),
    }
)
