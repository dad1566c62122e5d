"""Initial due diligence (R03): the fixed list of checks that staff record before an account is created."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from app.domain.vocabularies import Vocabulary


class DueDiligenceCheckKey(Vocabulary):
    """A check of every initial application. All must be recorded before an account can be created."""

    ORGANISATION_EXISTS = "organisation_exists", "The organisation exists"
    ADDRESS = "address", "The main address is the organisation's"
    CONTACT_CHANNELS = "contact_channels", "Email and telephone are the organisation's"
    INITIAL_SUPER_USER = "initial_super_user", "The initial super user acts for the organisation"
    DUPLICATES = "duplicates", "It is not known already"
    REGULATORY_STANDING = "regulatory_standing", "Standing with regulators and awarding organisations"
    ADVERSE_INFORMATION = "adverse_information", "Nothing adverse is publicly known"

    @property
    def what_to_look_at(self) -> str:
        """Guidance for the person who carries out the check."""
        return _WHAT_TO_LOOK_AT[self]


_WHAT_TO_LOOK_AT = {
    DueDiligenceCheckKey.ORGANISATION_EXISTS: (
        "Find the organisation in the register for its kind (Companies House, a charity register, the UK Register of "
        "Learning Providers, Get Information about Schools). It is active, and its name there agrees with the name "
        "that will stand on learners' certificates."
    ),
    DueDiligenceCheckKey.ADDRESS: (
        "The address is a real place that learners and visitors can reach, and the register or the organisation's own "
        "website names it. A mail-forwarding address by itself is a concern."
    ),
    DueDiligenceCheckKey.CONTACT_CHANNELS: (
        "The email domain belongs to the organisation and agrees with its website; the telephone number is answered "
        "in its name. A free mailbox provider is a concern unless explained."
    ),
    DueDiligenceCheckKey.INITIAL_SUPER_USER: (
        "The person named works for the organisation in the job given and may apply for it: ask through a channel "
        "found independently of the application."
    ),
    DueDiligenceCheckKey.DUPLICATES: (
        "Go through the likely duplicates shown (similar name, same postcode, same email domain, or one that only "
        "looks like another), among applications and centres, declined and withdrawn ones included."
    ),
    DueDiligenceCheckKey.REGULATORY_STANDING: (
        "Look for sanctions, suspended or withdrawn approvals and malpractice findings known to regulators, funding "
        "bodies and other awarding organisations, and for published inspection outcomes."
    ),
    DueDiligenceCheckKey.ADVERSE_INFORMATION: (
        "Search for insolvency notices, disqualified directors or trustees, financial sanctions and serious adverse "
        "news about the organisation and the people who run it."
    ),
}


_RESTS_ON: Final[Mapping[DueDiligenceCheckKey, frozenset[str]]] = MappingProxyType(
    {
        DueDiligenceCheckKey.ORGANISATION_EXISTS: frozenset({"organisation_name"}),
        DueDiligenceCheckKey.ADDRESS: frozenset({"address"}),
        DueDiligenceCheckKey.CONTACT_CHANNELS: frozenset({"email", "telephone", "telephone_extension"}),
        DueDiligenceCheckKey.INITIAL_SUPER_USER: frozenset({"initial_super_user"}),
        DueDiligenceCheckKey.DUPLICATES: frozenset({"organisation_name", "address", "email"}),
        DueDiligenceCheckKey.REGULATORY_STANDING: frozenset({"organisation_name"}),
        DueDiligenceCheckKey.ADVERSE_INFORMATION: frozenset({"organisation_name", "initial_super_user"}),
    }
)


def checks_of(fields: Collection[str]) -> frozenset[DueDiligenceCheckKey]:
    """The checks that looked at any of these fields of the form: once one is corrected, they are to be made again."""
    return frozenset(check for check, looked_at in _RESTS_ON.items() if not looked_at.isdisjoint(fields))


class DueDiligenceOutcome(Vocabulary):
    """The result of a check. A concern needs a recorded reason before an account can be created."""

    CLEAR = "clear", "Clear"
    CONCERN = "concern", "Concern"
