"""What is recorded and told of second factors: the event, the security event, and the letter."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.factors import ProofKind, StepUpProof
from app.domain.security_events import SecurityEventKind, SecurityOutcome
from app.letters.second_factors.added import SecondFactorAdded
from app.letters.second_factors.recovery_code_used import RecoveryCodeUsed
from app.letters.second_factors.removed import SecondFactorRemoved
from app.letters.second_factors.reset import SecondFactorsReset
from app.models import Factor, Person
from app.services import security_events


async def added(work: Work, person: Person, row: Factor) -> None:
    """A second factor counts from now on."""
    await _record(work, EventType.SECOND_FACTOR_ADDED, person, f"{person.name} added a second factor", kind=row.kind)
    await _note(work, SecurityEventKind.FACTOR_ADDED, person, kind=row.kind, factor_id=row.id)
    await outbox.queue(work, SecondFactorAdded(person_id=person.id, factor_name=row.name, added_at=work.now))


async def removed(work: Work, person: Person, row: Factor) -> None:
    """A person removed a second factor."""
    await _record(
        work, EventType.SECOND_FACTOR_REMOVED, person, f"{person.name} removed a second factor", kind=row.kind
    )
    await _note(work, SecurityEventKind.FACTOR_REMOVED, person, kind=row.kind, factor_id=row.id)
    await outbox.queue(work, SecondFactorRemoved(person_id=person.id, factor_name=row.name, removed_at=work.now))


async def reset(work: Work, person: Person, count: int, reason: str) -> None:
    """Somebody else took all second factors of a person away."""
    await _record(
        work,
        EventType.SECOND_FACTORS_RESET,
        person,
        f"{person.name}'s second factors were reset",
        count=count,
        reason=reason,
    )
    await _note(work, SecurityEventKind.FACTOR_RESET, person, count=count, reason=reason)
    await outbox.queue(work, SecondFactorsReset(person_id=person.id, reset_at=work.now))


async def codes_issued(work: Work, person: Person) -> None:
    """A person has new recovery codes."""
    await _record(work, EventType.RECOVERY_CODES_ISSUED, person, f"{person.name} made new recovery codes")
    await _note(work, SecurityEventKind.RECOVERY_CODES_MADE, person)


async def proven(work: Work, person: Person, kind: ProofKind) -> None:
    """A session proved the second factor."""
    if kind is ProofKind.RECOVERY_CODE:
        await _record(work, EventType.RECOVERY_CODE_USED, person, f"{person.name} used a recovery code")
        await _note(work, SecurityEventKind.RECOVERY_CODE_USED, person)
        await outbox.queue(work, RecoveryCodeUsed(person_id=person.id, used_at=work.now))
    else:
        await _note(work, SecurityEventKind.FACTOR_USED, person, kind=kind)


async def password_proven(work: Work, person: Person) -> None:
    """A session proved the password again."""
    await _note(work, SecurityEventKind.STEP_UP, person, by=StepUpProof.PASSWORD)


async def proof_failed(work: Work, person: Person, by: str) -> None:
    """A code, a signature or a password was wrong. The caller's refusal keeps changes, so that this is kept."""
    kind = SecurityEventKind.STEP_UP if by == StepUpProof.PASSWORD else SecurityEventKind.FACTOR_USED
    await _note(work, kind, person, SecurityOutcome.FAILURE, by=by)


async def _record(work: Work, type_: EventType, person: Person, summary: str, **after: object) -> None:
    await outbox.record(work, type_, ("person", person.id), summary=summary, centre_sees=False, after=after or None)


async def _note(
    work: Work,
    what: SecurityEventKind,
    person: Person,
    outcome: SecurityOutcome = SecurityOutcome.SUCCESS,
    **detail: object,
) -> None:
    await security_events.record(work, what, person_id=person.id, outcome=outcome, detail=detail)
