"""Parameters of endpoints: the unit of work, the loaded object, the precondition, the parts of the deployment."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Request, params
from fastapi.dependencies.models import Dependant

from app.clock import Clock, SandboxClock
from app.database import Database, Work
from app.domain.preconditions import Expected, parse_if_match
from app.http.exchange import exchange_of, joined_header
from app.integrations.storage import DocumentStore
from app.metrics import Metrics
from app.services.operations.probes import ReadinessProbe
from app.services.sessions.sessions import Device


async def _work(request: Request) -> Work:
    work = exchange_of(request).work
    assert work is not None, "the route admits the caller before it calls the endpoint"
    return work


def takes_work(dependant: Dependant) -> bool:
    """True for an endpoint that takes the unit of work."""
    return any(inner.call is _work or takes_work(inner) for inner in dependant.dependencies)


async def _target(request: Request) -> object:
    return exchange_of(request).target


async def _expected(
    request: Request,
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="The `ETag` that you last read. Without it 428, with an older one 412.",
            max_length=1000,
        ),
    ] = None,
) -> Expected:
    return parse_if_match(None if if_match is None else joined_header(request, "if-match"))


async def _signing_key(request: Request) -> str:
    return exchange_of(request).deployment.signing_key


async def _database(request: Request) -> Database:
    return exchange_of(request).deployment.database


async def _metrics(request: Request) -> Metrics:
    return exchange_of(request).deployment.metrics


async def _readiness(request: Request) -> ReadinessProbe:
    return exchange_of(request).deployment.readiness


async def _store(request: Request) -> DocumentStore:
    return exchange_of(request).deployment.store


async def _real_now(request: Request) -> datetime:
    clock = exchange_of(request).deployment.clock
    assert isinstance(clock, SandboxClock), "only a sandbox has another time than the real one"
    return clock.real()


async def _clock(request: Request) -> Clock:
    return exchange_of(request).deployment.clock


async def _device(request: Request) -> Device:
    return Device(request.client.host if request.client else None, request.headers.get("user-agent"))


async def _authorization(request: Request) -> str | None:
    return request.headers.get("authorization")


async def _repeated_fields(request: Request) -> list[str]:
    names = [name for name, _ in (await request.form()).multi_items()]
    return sorted({name for name in names if names.count(name) > 1})


WorkDep = Annotated[Work, Depends(_work)]
ExpectedDep = Annotated[Expected, Depends(_expected)]
Target: params.Depends = Depends(_target)
SigningKeyDep = Annotated[str, Depends(_signing_key)]
DatabaseDep = Annotated[Database, Depends(_database)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
ReadinessDep = Annotated[ReadinessProbe, Depends(_readiness)]
StoreDep = Annotated[DocumentStore, Depends(_store)]
AuthorizationDep = Annotated[str | None, Depends(_authorization)]
ClockDep = Annotated[Clock, Depends(_clock)]
RealNowDep = Annotated[datetime, Depends(_real_now)]
RepeatedFieldsDep = Annotated[list[str], Depends(_repeated_fields)]
DeviceDep = Annotated[Device, Depends(_device)]
