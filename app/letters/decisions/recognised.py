"""The words and the attachments that both letters of acceptance share (R21, R22)."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.letters import samples
from app.letters.letter import CentreWords, Draft
from app.letters.readers import people_of
from app.models import Decision
from app.pdf.issued.recognitions import certificate, verification_url, welcome_pack
from app.queries.actions import list_actions
from app.queries.letters import recognition_of, with_application
from app.queries.recognitions import standing_of
from app.settings import AccountTeamMember


@dataclass(frozen=True, slots=True)
class RequiredAction:
    """One action of an acceptance with actions."""

    description: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognisedWords(CentreWords):
    """What both templates print. An acceptance without actions has none."""

    reference: str
    centre_name: str
    certificate_number: str
    recognised_from: date
    centre_lead_name: str | None
    account_team: tuple[AccountTeamMember, ...]
    verification_url: str
    actions: tuple[RequiredAction, ...]


SAMPLE: Final = RecognisedWords(
    recipient_name=samples.SUPER_USER,
    reference=samples.APPLICATION,
    centre_name=samples.CENTRE,
    certificate_number=samples.CERTIFICATE,
    recognised_from=samples.DAY,
    centre_lead_name=samples.CENTRE_LEAD,
    account_team=samples.ACCOUNT_TEAM,
    verification_url="https://portal.example.org/certificates/RC-2026-000001",
    actions=(),
)


async def load_acceptance(work: Work, decision_id: UUID) -> Draft | None:
    """The draft with the welcome pack and the certificate attached, or None if the decision made no recognition."""
    _, application = await with_application(work.session, Decision, decision_id)
    recognition = await recognition_of(work.session, application.id)
    if recognition is None:
        return None
    name, to = await people_of(work, application.centre_id, LetterTopic.DECISIONS)
    standing = await standing_of(work.session, recognition)
    words = RecognisedWords(
        recipient_name=name,
        reference=application.reference,
        centre_name=recognition.centre_name,
        certificate_number=recognition.number,
        recognised_from=recognition.recognised_from,
        centre_lead_name=standing.centre_lead.name if standing.centre_lead is not None else None,
        account_team=tuple(AccountTeamMember.model_validate(member) for member in recognition.account_team),
        verification_url=verification_url(work.settings, recognition.number),
        actions=tuple(
            RequiredAction(row.description, row.due_on) for row in await list_actions(work.session, application.id)
        ),
    )
    enclosed = (await welcome_pack(work, recognition), certificate(recognition, work.settings))
    return Draft(words, to, enclosures=enclosed)
