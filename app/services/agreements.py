"""Acceptance of the centre agreement and the customer code of conduct by a super user (R15)."""

from app import outbox
from app.database import Work
from app.domain.documents import AGREED_KINDS, DocumentKind
from app.domain.events import EventType
from app.domain.preconditions import Expected, etag
from app.domain.refusals.applications import AgreementNotPublished, NotTheCurrentVersion
from app.domain.scans import require_scanned
from app.models import AgreementAcceptance, Document
from app.queries.agreements import last_acceptance
from app.queries.applications import AnyApplication, lock_application
from app.queries.documents import current_documents
from app.schemas import agreements as schemas
from app.services.workflow.editing import require_editable


async def show(work: Work, application: AnyApplication) -> schemas.Agreement:
    """Show the current versions and the last acceptance."""
    current = await current_documents(work.session, AGREED_KINDS)
    acceptance = await last_acceptance(work.session, application.id)
    return _to_schema(work, application, current, acceptance)


async def accept_agreement(
    work: Work, application: AnyApplication, expected: Expected, body: schemas.AgreementAcceptance
) -> schemas.Agreement:
    """Record who accepted, when, and which versions and hashes.

    Raises `Conflict` unless both versions are current, because somebody has to read the new ones first, and passed the
    virus scan.
    """
    row = await lock_application(work.session, application.id)
    expected.check(row.version)
    await require_editable(work, row)
    current = await current_documents(work.session, AGREED_KINDS)
    agreement = current.get(DocumentKind.CENTRE_AGREEMENT)
    code = current.get(DocumentKind.CUSTOMER_CODE_OF_CONDUCT)
    if agreement is None or code is None:
        raise AgreementNotPublished
    if (body.agreement_id, body.code_of_conduct_id) != (agreement.id, code.id):
        raise NotTheCurrentVersion(agreement.id, code.id)
    for document in (agreement, code):
        # Nobody can have read what nobody can download.
        require_scanned(document.scan_state, scanning=work.settings.scanning)
    assert work.actor.id is not None
    acceptance = AgreementAcceptance(
        application_id=row.id,
        agreement_id=agreement.id,
        agreement_sha256=agreement.sha256,
        code_of_conduct_id=code.id,
        code_of_conduct_sha256=code.sha256,
        accepted_by=work.actor.id,
        accepted_by_name=work.actor.name,
        accepted_at=work.now,
    )
    work.session.add(acceptance)
    row.changed_at = work.now
    row.touch()
    await outbox.record(
        work,
        EventType.AGREEMENT_ACCEPTED,
        ("application", row.id),
        summary=f"Centre agreement version {agreement.version} and code of conduct version {code.version} accepted",
        application_id=row.id,
        centre_id=row.centre_id,
        after={
            "agreement": {"version": agreement.version, "sha256": agreement.sha256},
            "code_of_conduct": {"version": code.version, "sha256": code.sha256},
        },
    )
    await work.session.flush()
    return _to_schema(work, row, current, acceptance)


def _to_schema(
    work: Work,
    application: AnyApplication,
    current: dict[DocumentKind, Document],
    acceptance: AgreementAcceptance | None,
) -> schemas.Agreement:
    agreement = current.get(DocumentKind.CENTRE_AGREEMENT)
    code = current.get(DocumentKind.CUSTOMER_CODE_OF_CONDUCT)
    ids = (agreement.id if agreement else None, code.id if code else None)
    name = work.settings.organisation.short_name
    return schemas.Agreement(
        etag=etag(application.version),
        agreement=_document_to_schema(work, agreement),
        code_of_conduct=_document_to_schema(work, code),
        acceptance=schemas.Acceptance(
            accepted_by_name=acceptance.accepted_by_name,
            accepted_at=acceptance.accepted_at,
            agreement_id=acceptance.agreement_id,
            agreement_sha256=acceptance.agreement_sha256,
            code_of_conduct_id=acceptance.code_of_conduct_id,
            code_of_conduct_sha256=acceptance.code_of_conduct_sha256,
            current=(acceptance.agreement_id, acceptance.code_of_conduct_id) == ids,
        )
        if acceptance
        else None,
        wording=(
            "By saying yes you agree to abide by the terms and conditions as detailed in the "
            f"{name} centre agreement and the customer code of conduct. The points within the agreement are "
            "non-negotiable and amended versions will not be accepted."
        ),
    )


def _document_to_schema(work: Work, row: Document | None) -> schemas.AgreedDocument | None:
    if row is None:
        return None
    return schemas.AgreedDocument(
        id=row.id,
        kind=row.kind,
        title=row.title,
        version=row.version,
        sha256=row.sha256,
        published_at=row.published_at,
        content_path=f"{work.settings.root_path}/v1/documents/{row.id}/content",
    )
