"""The eleven policies and procedures a) to k) (R13), with what the guide says each must contain.

`{ao}` stands for the awarding organisation's short name, so that other organisations can run this software.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.domain.vocabularies import Vocabulary


class PolicyKey(Vocabulary):
    """One of the eleven policies, in the guide's order."""

    APPEALS = "appeals", "Appeals procedure for candidates"
    COMPLAINTS = "complaints", "Complaints procedure"
    CONFLICT_OF_INTEREST = "conflict_of_interest", "Conflict of interest policy and procedure"
    EQUALITY_DIVERSITY = "equality_diversity", "Equal opportunities and diversity policy"
    EXAMINATIONS = "examinations", "Examinations procedure"
    INTERNAL_QUALITY_ASSURANCE = "internal_quality_assurance", "Internal quality assurance policy and procedure"
    MALPRACTICE = "malpractice", "Malpractice procedure"
    ORGANISATION_STRUCTURE = "organisation_structure", "Organisation structure"
    REASONABLE_ADJUSTMENTS = (
        "reasonable_adjustments",
        "Reasonable adjustments and special considerations policy",
    )
    RECOGNITION_OF_PRIOR_LEARNING = "recognition_of_prior_learning", "Recognition of Prior Learning (RPL) policy"
    LEARNER_REGISTRATIONS = "learner_registrations", "Learner registrations procedure"


@dataclass(frozen=True)
class Policy:
    """One of the eleven. `guidance` is plain text: empty lines separate paragraphs, list items begin with `- `."""

    letter: str
    key: PolicyKey
    guidance: str

    @property
    def title(self) -> str:
        """The document's title."""
        return self.key.label

    @property
    def may_be_not_applicable(self) -> bool:
        """True only for e), which applies to centres that plan an invigilated assessment (R14)."""
        return self.key is PolicyKey.EXAMINATIONS


_NO_ARBITRATION = "Please note: {ao} does not arbitrate in cases of dispute between learners and centres."

_GUIDANCE: Final[Mapping[PolicyKey, str]] = {
    PolicyKey.APPEALS: (
        "An appeal is a procedure through which a Centre may be challenged on the outcome of an enquiry about results "
        "or, where appropriate, other procedural decisions affecting an individual learner.\n\n" + _NO_ARBITRATION
    ),
    PolicyKey.COMPLAINTS: (
        "A complaint is where a criticism of the services a Centre provides is received. Your procedure should set "
        "out when a reply should be expected, who will handle the complaint and what the outcome might lead to.\n\n"
        + _NO_ARBITRATION
    ),
    PolicyKey.CONFLICT_OF_INTEREST: (
        "It is not uncommon for centres to have conflicts of interest. Your policy should outline what those "
        "conflicts could be. Your procedure should include how you will disclose any actual or perceived conflict of "
        "interests to us and what steps you will take to manage those conflicts."
    ),
    PolicyKey.EQUALITY_DIVERSITY: (
        "This should:\n\n"
        "- state your values about equality and diversity (fairness) and how they will be put into practice\n"
        "- show your learners, staff, potential recruits and customers that you are serious about fairness and help "
        "them understand:\n"
        "  - what behaviour you expect and what is not acceptable\n"
        "  - what they can expect of you"
    ),
    PolicyKey.EXAMINATIONS: (
        "(for centres planning to offer qualifications with an invigilated assessment)\n\n"
        "You must have in place a procedure for the administration and security of examinations if seeking approval "
        "to offer qualifications which include examinations and multiple choice questions (MCQs). Your policy should "
        "comply with the requirements set out in our Invigilation guidance for {ao} external assessments guide."
    ),
    PolicyKey.INTERNAL_QUALITY_ASSURANCE: (
        "An effective internal quality assurance (IQA) system ensures assessment practices and decisions are "
        "regularly reviewed and evaluated to ensure the validity of the award of qualifications and components/units. "
        "Your IQA policy must incorporate detail on verification of assessment tasks, your strategy for sampling "
        "assessed work, standardisation of assessors and observation of assessment practice."
    ),
    PolicyKey.MALPRACTICE: (
        "Malpractice is defined as any deliberate activity, neglect, default or other practice that compromises the "
        "integrity of the assessment process, and/or the validity of certificates. Malpractice may include a range of "
        "issues from the failure to maintain appropriate records or systems to the deliberate falsification of "
        "records in order to claim certificates.\n\n"
        "Failure to deal with identified issues may in itself constitute malpractice. You must have a policy that "
        "sets out how you will identify, investigate and deal with any identified or potential malpractice or "
        "maladministration."
    ),
    PolicyKey.ORGANISATION_STRUCTURE: (
        "You must provide an explanation of the structure of your organisation demonstrating lines of authority."
    ),
    PolicyKey.REASONABLE_ADJUSTMENTS: (
        "You must have in place a policy and procedure for identifying and working with learners who are eligible for "
        "reasonable adjustment and/or special consideration in assessments."
    ),
    PolicyKey.RECOGNITION_OF_PRIOR_LEARNING: (
        "You must have processes in place to enable staff to work with learners to consider prior learning at the "
        "start of their course and have it taken into account as part of their learning programme where appropriate."
    ),
    PolicyKey.LEARNER_REGISTRATIONS: (
        "The procedure will need to set out the arrangements for learner registrations that your Centre intends to "
        "operate. Included in this procedure you must ensure:\n\n"
        "- the identity of learners is verified to ensure that the award of credit and qualifications are valid.\n"
        "- you have considered the need for Disclosure and Barring Service (DBS) checks for individuals working with "
        "children and adults.\n"
        "- your centre has a procedure for obtaining a unique learning number (ULN) for learners. For more "
        "information on how to obtain a ULN please visit: "
        "www.gov.uk/government/publications/lrs-registration-documents"
    ),
}

POLICIES: Final[Mapping[PolicyKey, Policy]] = MappingProxyType(
    {key: Policy(letter, key, _GUIDANCE[key]) for letter, key in zip("abcdefghijk", PolicyKey, strict=True)}
)
