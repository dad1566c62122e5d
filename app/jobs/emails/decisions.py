"""Letters that tell a centre the decision (R21, R22)."""

from typing import Any

from app.database import Work
from app.emails.decisions import (
    ApplicationAccepted,
    ApplicationAcceptedWithActions,
    ApplicationRejected,
    RequiredAction,
)
from app.integrations.mailer import Attachment
from app.integrations.storage import DocumentStore
from app.jobs.emails.letter import Arguments, Letter, id_in
from app.jobs.emails.readers import of_centre
from app.models import Application, Decision, Recognition
from app.pdf.issued.keeping import PDF
from app.pdf.issued.recognitions import certificate, verification_url, welcome_pack
from app.queries.actions import list_actions
from app.queries.letters import recognition_of
from app.queries.recognitions import standing_of
from app.settings import AccountTeamMember


async def accepted(work: Work, store: DocumentStore, arguments: Arguments) -> Letter | None:
    """With the account team; the welcome pack and the certificate are attached."""
    application, recognition = await _of(work, arguments)
    if recognition is None:
        return None
    said = await _acceptance(work, application, recognition)
    return Letter(ApplicationAccepted(**said), *await _enclosed(work, store, application, recognition))


async def accepted_with_actions(work: Work, store: DocumentStore, arguments: Arguments) -> Letter | None:
    """The same, with the actions and when each is due (R23)."""
    application, recognition = await _of(work, arguments)
    if recognition is None:
        return None
    actions = tuple(
        RequiredAction(action.description, action.due_on) for action in await list_actions(work.session, application.id)
    )
    said = await _acceptance(work, application, recognition)
    message = ApplicationAcceptedWithActions(**said, actions=actions)
    return Letter(message, *await _enclosed(work, store, application, recognition))


async def rejected(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """With the reasons."""
    decision = await work.session.get_one(Decision, id_in(arguments, "decision_id"))
    application = await work.session.get_one(Application, decision.application_id)
    name, to = await of_centre(work, application.centre_id)
    message = ApplicationRejected(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        reasons=decision.reasons,
    )
    return Letter(message, to)


async def _of(work: Work, arguments: Arguments) -> tuple[Application, Recognition | None]:
    decision = await work.session.get_one(Decision, id_in(arguments, "decision_id"))
    application = await work.session.get_one(Application, decision.application_id)
    return application, await recognition_of(work.session, application.id)


async def _acceptance(work: Work, application: Application, recognition: Recognition) -> dict[str, Any]:
    name, _ = await of_centre(work, application.centre_id)
    standing = await standing_of(work.session, recognition)
    return {
        "recipient_name": name,
        "reference": application.reference,
        "centre_name": recognition.centre_name,
        "certificate_number": recognition.number,
        "recognised_from": recognition.recognised_from,
        "centre_lead_name": standing.centre_lead.name if standing.centre_lead is not None else None,
        "account_team": tuple(AccountTeamMember.model_validate(member) for member in recognition.account_team),
        "verification_url": verification_url(work.settings, recognition.number),
    }


async def _enclosed(
    work: Work, store: DocumentStore, application: Application, recognition: Recognition
) -> tuple[tuple[str, ...], tuple[Attachment, ...]]:
    _, to = await of_centre(work, application.centre_id)
    documents = (await welcome_pack(work, store, recognition), await certificate(work, store, recognition))
    return to, tuple(Attachment(document.file_name, PDF, document.content) for document in documents)
