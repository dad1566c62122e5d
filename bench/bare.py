"""The measure: each operation as a bare Starlette handler with asyncpg, without validation, rules or documents.

It does what no implementation could leave out: find out who asks, read or write the rows, commit, answer JSON.

    python -m bench.bare PORT DATABASE_URL
"""

import asyncio
import hashlib
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_WHO = """SELECT p.id, p.first_name, p.last_name, s.id AS session FROM sessions s JOIN people p ON p.id = s.person_id
WHERE s.id = $1 AND s.ended_at IS NULL"""
_APPLICATION = "SELECT * FROM applications WHERE id = $1"
_POLICIES = """SELECT p.key, p.not_applicable_statement, v.inspection_state FROM policies p LEFT JOIN LATERAL (
SELECT inspection_state FROM policy_versions WHERE policy_id = p.id ORDER BY number DESC LIMIT 1) v ON true
WHERE p.application_id = $1"""
_DETAILS = "SELECT group_key, data FROM application_details WHERE application_id = $1"
_ROLES = "SELECT role FROM contact_roles WHERE centre_id = $1"


def _plain(value: object) -> str:
    return str(value)


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content, default=_plain).encode(), status, media_type="application/json")


def _pool(request: Request) -> asyncpg.Pool:
    pool: asyncpg.Pool = request.app.state.pool
    return pool


async def _who(connection: asyncpg.Connection, request: Request) -> asyncpg.Record:
    found = await connection.fetchrow(_WHO, UUID(request.headers["authorization"][7:]))
    if found is None:
        raise PermissionError
    return found


async def stage_one(request: Request) -> Response:
    body = json.loads(await request.body())
    async with _pool(request).acquire() as connection, connection.transaction():
        number = await connection.fetchval(
            """INSERT INTO reference_counters (series, last_number) VALUES ('BARE', 1)
            ON CONFLICT (series) DO UPDATE SET last_number = reference_counters.last_number + 1 RETURNING last_number"""
        )
        made = uuid4()
        await connection.execute(
            "INSERT INTO bare_forms (id, reference, content) VALUES ($1, $2, $3)",
            made,
            f"IA-{number}",
            json.dumps(body),
        )
        await _event(connection, made, "initial_application.received")
    return _json({"id": made, "reference": f"IA-{number}"}, 201)


async def get_application(request: Request) -> Response:
    id_ = UUID(request.path_params["id"])
    async with _pool(request).acquire() as connection:
        await _who(connection, request)
        row = await connection.fetchrow(_APPLICATION, id_)
        policies = await connection.fetch(_POLICIES, id_)
        details = await connection.fetch(_DETAILS, id_)
        roles = await connection.fetch(_ROLES, row["centre_id"])
    missing = sum(policy["inspection_state"] is None for policy in policies)
    return _json({**row, "policies": len(policies), "groups": len(details), "roles": len(roles), "missing": missing})


async def readiness(request: Request) -> Response:
    id_ = UUID(request.path_params["id"])
    async with _pool(request).acquire() as connection:
        await _who(connection, request)
        policies = await connection.fetch(_POLICIES, id_)
        details = await connection.fetch(_DETAILS, id_)
        agreed = await connection.fetchrow(
            """SELECT agreement_id FROM agreement_acceptances WHERE application_id = $1
            ORDER BY accepted_at DESC LIMIT 1""",
            id_,
        )
    missing = [policy["key"] for policy in policies if policy["inspection_state"] is None]
    missing += [group["group_key"] for group in details if not json.loads(group["data"])]
    return _json({"missing": missing, "agreed": agreed is not None})


async def save_details(request: Request) -> Response:
    id_ = UUID(request.path_params["id"])
    body = json.loads(await request.body())
    async with _pool(request).acquire() as connection:
        who = await _who(connection, request)
        async with connection.transaction():
            stored = await connection.fetchval(
                "SELECT data FROM application_details WHERE application_id = $1 AND group_key = 'history' FOR UPDATE",
                id_,
            )
            data = {**json.loads(stored), **body}
            version = await connection.fetchval(
                """UPDATE application_details SET data = $2, version = version + 1, saved_at = now(), saved_by_name = $3
                WHERE application_id = $1 AND group_key = 'history' RETURNING version""",
                id_,
                json.dumps(data),
                who["first_name"],
            )
            await _event(connection, id_, "application.details_saved")
    return _json({"etag": version, **data})


async def submit(request: Request) -> Response:
    id_ = UUID(request.path_params["id"])
    async with _pool(request).acquire() as connection:
        who = await _who(connection, request)
        async with connection.transaction():
            row = await connection.fetchrow(f"{_APPLICATION} FOR UPDATE", id_)
            policies = await connection.fetch(_POLICIES, id_)
            details = await connection.fetch(_DETAILS, id_)
            content = json.dumps([[dict(each) for each in policies], [dict(each) for each in details]], default=_plain)
            await connection.execute(
                """INSERT INTO submissions (id, application_id, number, form_version, content, sha256, submitted_by,
                submitted_by_name, submitted_at) VALUES ($1, $2, 1, $3, $4, $5, $6, $7, now())""",
                uuid4(),
                id_,
                row["form_version"],
                content,
                hashlib.sha256(content.encode()).hexdigest(),
                who["id"],
                who["first_name"],
            )
            await connection.execute(
                """UPDATE applications SET status = 'submitted', version = version + 1, submitted_at = now()
                WHERE id = $1""",
                id_,
            )
            await _event(connection, id_, "application.submitted")
    return _json({"application_id": id_, "content": json.loads(content)}, 201)


async def inbox(request: Request) -> Response:
    async with _pool(request).acquire() as connection:
        await _who(connection, request)
        rows = await connection.fetch(
            """SELECT a.*, p.first_name, p.last_name FROM applications a LEFT JOIN people p ON p.id = a.centre_lead_id
            ORDER BY status_since, a.id LIMIT 50"""
        )
    return _json({"items": [dict(row) for row in rows], "next_cursor": None})


async def pay(request: Request) -> Response:
    id_ = UUID(request.path_params["id"])
    body = json.loads(await request.body())
    async with _pool(request).acquire() as connection:
        who = await _who(connection, request)
        async with connection.transaction():
            invoice = await connection.fetchrow(
                """SELECT i.*, a.id AS application FROM invoices i JOIN applications a ON a.id = i.application_id
                WHERE i.id = $1 FOR UPDATE""",
                id_,
            )
            await connection.fetchval(
                "SELECT coalesce(sum(amount_pence), 0) FROM invoice_entries WHERE invoice_id = $1", id_
            )
            await connection.execute(
                """INSERT INTO invoice_entries (id, invoice_id, sequence, kind, amount_pence, currency, method,
                recorded_by, recorded_by_name, recorded_at) VALUES (
                $1, $2, 1, 'payment', $3, 'GBP', 'bank_transfer', $4, $5, now())""",
                uuid4(),
                id_,
                body["amount"]["amount"],
                who["id"],
                who["first_name"],
            )
            await connection.execute(
                "UPDATE applications SET status = 'in_review', version = version + 1 WHERE id = $1",
                invoice["application"],
            )
            await _event(connection, invoice["application"], "invoice.paid")
    return _json({"invoice": id_, "number": invoice["number"]}, 201)


async def invoices(request: Request) -> Response:
    async with _pool(request).acquire() as connection:
        await _who(connection, request)
        rows = await connection.fetch(
            """SELECT i.*, a.reference FROM invoices i JOIN applications a ON a.id = i.application_id
            WHERE i.status = 'paid' ORDER BY i.issued_at DESC, i.id DESC LIMIT 50"""
        )
        entries = await connection.fetch(
            "SELECT * FROM invoice_entries WHERE invoice_id = ANY($1)", [row["id"] for row in rows]
        )
    paid = {entry["invoice_id"]: entry["amount_pence"] for entry in entries}
    return _json({"items": [dict(row) | {"paid": paid.get(row["id"])} for row in rows], "next_cursor": None})


async def payments(request: Request) -> Response:
    async with _pool(request).acquire() as connection:
        await _who(connection, request)
        rows = await connection.fetch(
            """SELECT e.*, i.number, a.reference FROM invoice_entries e JOIN invoices i ON i.id = e.invoice_id
            JOIN applications a ON a.id = i.application_id WHERE e.kind = 'payment'
            ORDER BY e.recorded_at DESC, e.id DESC LIMIT 50"""
        )
    return _json({"items": [dict(row) for row in rows], "next_cursor": None})


async def events(request: Request) -> Response:
    async with _pool(request).acquire() as connection:
        await _who(connection, request)
        rows = await connection.fetch("SELECT * FROM events WHERE position IS NOT NULL ORDER BY position LIMIT 50")
    return _json({"items": [dict(row) for row in rows], "next_cursor": str(rows[-1]["position"])})


async def reconciliation(request: Request) -> Response:
    async with _pool(request).acquire() as connection:
        await _who(connection, request)
        moved = await connection.fetch(
            """SELECT kind, currency, count(*), sum(amount_pence)::bigint AS pence FROM invoice_entries
            WHERE recorded_at >= current_date - 1 AND recorded_at < current_date GROUP BY kind, currency"""
        )
        due = await connection.fetchval("SELECT sum(due_pence)::bigint FROM invoices WHERE due_pence <> 0")
    return _json({"due": due, "moved": [dict(row) for row in moved]})


async def external_ref(request: Request) -> Response:
    id_ = UUID(request.path_params["id"])
    body = json.loads(await request.body())
    async with _pool(request).acquire() as connection:
        await _who(connection, request)
        async with connection.transaction():
            await connection.fetchrow("SELECT * FROM invoices WHERE id = $1 FOR UPDATE", id_)
            await connection.execute(
                """INSERT INTO bare_refs (id, content) VALUES ($1, $2)
                ON CONFLICT (id) DO UPDATE SET content = excluded.content""",
                id_,
                json.dumps(body),
            )
            await _event(connection, id_, "invoice.referenced")
    return _json({"invoice": id_, **body})


async def upload(request: Request) -> Response:
    id_ = UUID(request.path_params["id"])
    async with request.form() as form:
        content = await form["file"].read()  # type: ignore[union-attr]
    digest = hashlib.sha256(content).hexdigest()
    path = f"{request.app.state.folder}/{digest}-{uuid4().hex}"
    await asyncio.to_thread(_write, path, content)
    async with _pool(request).acquire() as connection:
        who = await _who(connection, request)
        async with connection.transaction():
            policy = await connection.fetchrow(
                "SELECT id FROM policies WHERE application_id = $1 AND key = 'appeals' FOR UPDATE", id_
            )
            number = await connection.fetchval(
                "SELECT coalesce(max(number), 0) + 1 FROM policy_versions WHERE policy_id = $1", policy["id"]
            )
            await connection.execute(
                """INSERT INTO policy_versions (id, policy_id, number, file_name, media_type, size_bytes, sha256,
                storage_key, inspection_state, uploaded_by, uploaded_by_name, uploaded_at)
                VALUES ($1, $2, $3, 'policy.pdf', 'application/pdf', $4, $5, $6, 'passed', $7, $8, now())""",
                uuid4(),
                policy["id"],
                number,
                len(content),
                digest,
                path,
                who["id"],
                who["first_name"],
            )
            await _event(connection, id_, "policy.uploaded")
    return _json({"number": number, "sha256": digest})


def _write(path: str, content: bytes) -> None:
    Path(path).write_bytes(content)


async def _event(connection: asyncpg.Connection, aggregate: UUID, kind: str) -> None:
    await connection.execute(
        "INSERT INTO bare_events (id, aggregate_id, type, occurred_at) VALUES ($1, $2, $3, $4)",
        uuid4(),
        aggregate,
        kind,
        datetime.now(UTC),
    )


def create_app(database_url: str, folder: str) -> Starlette:
    """The bare app."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(database_url, min_size=10, max_size=10) as pool:
            await pool.execute(
                """CREATE TABLE IF NOT EXISTS bare_forms (id uuid PRIMARY KEY, reference text UNIQUE, content jsonb);
                CREATE TABLE IF NOT EXISTS bare_refs (id uuid PRIMARY KEY, content jsonb);
                CREATE TABLE IF NOT EXISTS bare_events (
                    id uuid PRIMARY KEY, aggregate_id uuid, type text, occurred_at timestamptz)"""
            )
            app.state.pool, app.state.folder = pool, folder
            yield

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/initial-applications", stage_one, methods=["POST"]),
            Route("/applications", inbox),
            Route("/applications/{id}", get_application),
            Route("/applications/{id}/readiness", readiness),
            Route("/applications/{id}/details/history", save_details, methods=["PATCH"]),
            Route("/applications/{id}/submissions", submit, methods=["POST"]),
            Route("/applications/{id}/policies/appeals", upload, methods=["PUT"]),
            Route("/invoices/{id}/payments", pay, methods=["POST"]),
            Route("/invoices/{id}/external-refs/xero", external_ref, methods=["PUT"]),
            Route("/invoices", invoices),
            Route("/payments", payments),
            Route("/events", events),
            Route("/reconciliation", reconciliation),
        ],
    )


if __name__ == "__main__":
    uvicorn.run(create_app(sys.argv[2], sys.argv[3]), port=int(sys.argv[1]), log_level="warning", access_log=False)
