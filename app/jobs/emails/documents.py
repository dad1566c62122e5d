"""Letters about the documents that a centre agrees to."""

from app import outbox
from app.database import Work
from app.domain.workflow import EDITABLE
from app.emails.documents import AgreementVersionPublished
from app.integrations.storage import DocumentStore
from app.jobs.emails.letter import Arguments, Letter, id_in
from app.jobs.emails.readers import of_centre
from app.models import Application, Document
from app.queries.letters import open_drafts


async def agreement_version_published(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """To each centre with an application that is not submitted yet (R15).

    Owed once for the document, it becomes one letter for each application; the first is then not needed itself.
    """
    document = await work.session.get_one(Document, id_in(arguments, "document_id"))
    if arguments.get("application_id") is None:
        await outbox.queue_emails(
            work,
            "agreement_version_published",
            [{"document_id": document.id, "application_id": id_} for id_ in await open_drafts(work.session)],
        )
        return None
    application = await work.session.get_one(Application, id_in(arguments, "application_id"))
    if application.status not in EDITABLE:
        return None
    name, to = await of_centre(work, application.centre_id)
    message = AgreementVersionPublished(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        documents=(f"{document.title}, version {document.version}",),
    )
    return Letter(message, to)
