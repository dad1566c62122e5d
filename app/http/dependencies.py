"""What an endpoint takes as parameters: the unit of work, the loaded object, the precondition, the app's parts."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Request, params

from app.clock import SandboxClock
from app.database import Database, Work
from app.domain.preconditions import Expected, parse_if_match
from app.http.access import one_line
from app.integrations.storage import DocumentStore
from app.metrics import Metrics
from app.services.sessions.sessions import Device


def _work(request: Request) -> Work:
    work: Work = request.state.work
    return work


def _target(request: Request) -> Any:
    return request.state.target


def _expected(
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
    return parse_if_match(None if if_match is None else one_line(request, "if-match"))


WorkDep = Annotated[Work, Depends(_work)]
ExpectedDep = Annotated[Expected, Depends(_expected)]
Target: params.Depends = Depends(_target)


def _signing_key(request: Request) -> str:
    key: str = request.app.state.signing_key
    return key


def _device(request: Request) -> Device:
    return Device(request.client.host if request.client else None, request.headers.get("user-agent"))


def _store(request: Request) -> DocumentStore:
    store: DocumentStore = request.app.state.store
    return store


def _real_now(request: Request) -> datetime:
    clock: SandboxClock = request.app.state.clock
    return clock.real()


def _authorization(request: Request) -> str | None:
    return request.headers.get("authorization")


async def _repeated_fields(request: Request) -> list[str]:
    names = [name for name, _ in (await request.form()).multi_items()]
    return sorted({name for name in names if names.count(name) > 1})


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


SigningKeyDep = Annotated[str, Depends(_signing_key)]
DatabaseDep = Annotated[Database, Depends(_database)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
StoreDep = Annotated[DocumentStore, Depends(_store)]
AuthorizationDep = Annotated[str | None, Depends(_authorization)]
RealNowDep = Annotated[datetime, Depends(_real_now)]
RepeatedFieldsDep = Annotated[list[str], Depends(_repeated_fields)]
DeviceDep = Annotated[Device, Depends(_device)]
