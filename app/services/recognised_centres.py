"""The public register of recognised centres, and certificate verification (R22). Holds nothing personal."""

from app.database import Work
from app.domain.recognitions import CertificateStatus
from app.domain.refusals.requests import NotFound
from app.domain.working_days import london_date
from app.queries.recognitions import find_by_number, find_replaced, list_recognised
from app.schemas import recognitions as schemas


async def list_all(work: Work, query: schemas.RecognisedCentreQuery) -> schemas.RecognisedCentrePage:
    """List a page of the register."""
    rows, cursor = await list_recognised(work.session, query)
    return schemas.RecognisedCentrePage(
        items=[
            schemas.RecognisedCentre(
                number=row.number, name=row.centre_name, town=row.centre_town, recognised_from=row.recognised_from
            )
            for row in rows
        ],
        next_cursor=cursor,
    )


async def verify(work: Work, number: str) -> schemas.Certificate:
    """Verify a certificate by its number, ignoring case. Raises `NotFound`."""
    row, old = await find_by_number(work.session, number.upper()), None
    if row is None:
        replaced = await find_replaced(work.session, number.upper())
        if replaced is None:
            raise NotFound("No certificate with this number has been issued. Check the number.")
        old, row = replaced
    return schemas.Certificate(
        number=old.number if old is not None else row.number,
        status=CertificateStatus.REPLACED if old is not None else CertificateStatus(row.status.value),
        name=old.centre_name if old is not None else row.centre_name,
        town=old.centre_town if old is not None else row.centre_town,
        recognised_from=row.recognised_from,
        ended_on=london_date(row.ended_at) if row.ended_at is not None else None,
        replaced_by=row.number if old is not None else None,
        replaced_on=london_date(old.replaced_at) if old is not None else None,
        awarding_organisation=work.settings.organisation.name,
    )
