"""Events, letters and jobs: the rows that the product writes, in as few statements as the ORM allows."""

from typing import Any
from uuid import UUID, uuid4

from django.db.models import F
from django.utils import timezone

from app.domain.actors import Actor
from bench.django_peer import models


def record(
    actor: Actor, type_: str, aggregate: tuple[str, UUID], summary: str, *, new: bool = False, **more: Any
) -> None:
    """Append an event to its aggregate's stream; `new` says that the stream begins."""
    kind, aggregate_id = aggregate
    streams = models.EventStream.objects
    if new or not streams.filter(aggregate_id=aggregate_id).update(last_sequence=F("last_sequence") + 1):
        sequence = streams.create(aggregate_id=aggregate_id, last_sequence=1).last_sequence
    else:
        sequence = streams.values_list("last_sequence", flat=True).get(aggregate_id=aggregate_id)
    models.Event.objects.create(
        aggregate_type=kind,
        aggregate_id=aggregate_id,
        sequence=sequence,
        type=type_,
        summary=summary,
        occurred_at=timezone.now(),
        centre_sees=True,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor.name,
        actor_roles=sorted(role.value for role in actor.any_roles()),
        **more,
    )


def queue(*letters: tuple[str, dict[str, str]], publish: bool = False) -> None:
    """Store letters with the jobs that send them, and the job that publishes events."""
    emails = [
        models.Email(id=uuid4(), kind=kind, arguments=arguments, status="queued", queued_at=timezone.now())
        for kind, arguments in letters
    ]
    models.Email.objects.bulk_create(emails)
    jobs = [models.Job(entrypoint="send_email", payload=str(email.id).encode(), headers={}) for email in emails]
    jobs += [models.Job(entrypoint="publish_events", payload=b"", headers={})] if publish else []
    models.Job.objects.bulk_create(jobs)
