"""Recovery codes: ten for each person, shown once, stored hashed, each used once.

A code has 112 bits, so a plain hash keeps it (OWASP ASVS 5.0, 6.5.2).
"""

from sqlalchemy import delete, update

from app.database import Work
from app.domain.factors import RECOVERY_CODES
from app.domain.refusals.factors import NoSecondFactor
from app.models import Person, RecoveryCode
from app.schemas import factors as schemas
from app.security.passwords import first_password
from app.security.tokens import secret_hash
from app.services.factors import records
from app.services.factors.own import lock_to_change


async def issue(work: Work) -> schemas.RecoveryCodeSet:
    """Replace one's own recovery codes. Raises `NoSecondFactor`."""
    person, _ = await lock_to_change(work)
    if person.second_factor_since is None:
        raise NoSecondFactor
    codes = await replace_codes(work, person)
    await records.codes_issued(work, person)
    return schemas.RecoveryCodeSet(recovery_codes=codes)


async def replace_codes(work: Work, person: Person) -> list[str]:
    """Make new codes and delete the earlier ones. The person is locked."""
    await delete_codes(work, person)
    codes = [first_password() for _ in range(RECOVERY_CODES)]
    work.session.add_all(
        RecoveryCode(person_id=person.id, code_hash=_hash(code), created_at=work.now) for code in codes
    )
    await work.session.flush()
    return codes


async def delete_codes(work: Work, person: Person) -> None:
    """Delete every recovery code of the person."""
    await work.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


async def use_code(work: Work, person: Person, typed: str) -> bool:
    """Use an unused code up. Return false where there is none like it."""
    used = await work.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == _hash(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=work.now)
        .returning(RecoveryCode.id)
    )
    return used.scalar() is not None


def _hash(code: str) -> bytes:
    """Hash the letters and digits, so that hyphens and spaces need not be typed."""
    return secret_hash("".join(character for character in code if character.isalnum()))
