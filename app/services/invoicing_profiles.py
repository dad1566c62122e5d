"""Finance records what decides how a centre is invoiced: its VAT treatment, and where it receives XML (R18)."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.json_values import JsonObject
from app.domain.preconditions import Expected, etag
from app.domain.vat import VatTreatment
from app.models import InvoicingProfile
from app.queries.centres import AnyCentre, lock_centre
from app.queries.invoicing_profiles import find_profile
from app.schemas import invoicing_profiles as schemas
from app.settings import Settings

_NEVER_RECORDED = 0


async def show(work: Work, centre: AnyCentre) -> schemas.InvoicingProfile:
    """Show what is recorded, and how the next invoice is taxed."""
    return _to_schema(work, await find_profile(work.session, centre.id))


async def replace(
    work: Work, centre: AnyCentre, expected: Expected, body: schemas.InvoicingProfileReplace
) -> schemas.InvoicingProfile:
    """Record it for the invoices to come. To record the same again is a no-op."""
    await lock_centre(work.session, centre.id)
    row = await find_profile(work.session, centre.id)
    expected.check(row.version if row is not None else _NEVER_RECORDED)
    before, after = _recorded(row), body.model_dump(mode="json")
    if before == after:
        return _to_schema(work, row)
    if row is None:
        row = InvoicingProfile(centre_id=centre.id)
        work.session.add(row)
    address = body.electronic_address
    row.eligible_body, row.evidence = body.eligible_body, body.evidence
    row.electronic_scheme = address.scheme if address is not None else None
    row.electronic_id = address.id if address is not None else None
    row.recorded_by, row.recorded_by_name, row.recorded_at = work.actor.id, work.actor.name, work.now
    await work.session.flush()
    changed = [name for name, value in after.items() if before[name] != value]
    await outbox.record(
        work,
        EventType.INVOICING_RECORDED,
        ("centre", centre.id),
        summary="How the centre is invoiced recorded",
        centre_id=centre.id,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return _to_schema(work, row)


def treatment_of(settings: Settings, row: InvoicingProfile | None) -> VatTreatment:
    """Return how the centre is taxed: an eligible body as the settings say of them, if they say anything."""
    eligible = settings.fee.eligible_bodies.treatment if row is not None and row.eligible_body else None
    return eligible or settings.fee.treatment


def _recorded(row: InvoicingProfile | None) -> JsonObject:
    return {
        "eligible_body": row is not None and row.eligible_body,
        "evidence": row.evidence if row is not None else None,
        "electronic_address": row.electronic_address if row is not None else None,
    }


def _to_schema(work: Work, row: InvoicingProfile | None) -> schemas.InvoicingProfile:
    treatment = treatment_of(work.settings, row)
    return schemas.InvoicingProfile.model_validate(
        {
            **_recorded(row),
            "etag": etag(row.version if row is not None else _NEVER_RECORDED),
            "vat_category": treatment.category,
            "vat_rate_percent": treatment.rate_percent,
            "exemption_reason": treatment.exemption_reason if treatment.category.needs_reason else None,
            "recorded_by_name": row.recorded_by_name if row is not None else None,
            "recorded_at": row.recorded_at if row is not None else None,
        }
    )
