"""What letters to a centre are about, and which of them reach its contacts besides its super users."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from app.domain.contact_roles import ContactRole
from app.domain.vocabularies import Vocabulary


class LetterTopic(Vocabulary):
    """What a letter to a centre is about."""

    APPLICATION = "application", "The application: submitted, passed, withdrawn, standing still, or closed"
    RETURNS = "returns", "Returns of the application, and their answer-by dates"
    INVOICES = "invoices", "Invoices, payments and credits"
    INTERVIEWS = "interviews", "Interviews: arranged, moved, cancelled, and coming up"
    DECISIONS = "decisions", "The decision and changes of names, with the certificate"
    ACTIONS = "actions", "Actions and their due dates"


_T = LetterTopic
_R = ContactRole

ALWAYS: Final[Mapping[ContactRole, frozenset[LetterTopic]]] = MappingProxyType(
    {
        _R.HEAD_OF_ORGANISATION: frozenset({_T.INTERVIEWS, _T.DECISIONS}),
        _R.OVERALL_QUALITY_MANAGER: frozenset({_T.INTERVIEWS, _T.DECISIONS}),
        _R.FINANCE: frozenset({_T.INVOICES}),
        _R.ADMINISTRATION_EXAMINATIONS: frozenset(),
    }
)
"""The roles that a centre chooses letters for, and the letters that these get in any case."""

CAUSED_BY_CENTRES: Final = frozenset({"application_submitted", "application_withdrawn", "file_refused_by_scanner"})
"""Letters on the topic `application` that a centre causes by itself, as often as it likes."""

Choices = Mapping[str, Iterable[str]]
"""The chosen topics by role, as they are stored."""


def chosen(choices: Choices, role: ContactRole) -> list[LetterTopic]:
    """The topics that reach the holder of the role, in the order of the list."""
    wanted = ALWAYS[role] | {LetterTopic(topic) for topic in choices.get(role.value, ())}
    return [topic for topic in LetterTopic if topic in wanted]


def readers_of(choices: Choices, topic: LetterTopic) -> list[ContactRole]:
    """The roles that letters on the topic reach."""
    return [role for role in ALWAYS if topic in chosen(choices, role)]
