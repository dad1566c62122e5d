"""The loads of one hostile client, each with the protection that its control takes away."""

import json
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from app.samples import answers
from faults.check import Break, Check
from siege.hostile import ADDRESS, NUMBER, Asking, Attack, Holding
from siege.load import load
from siege.target import Target

_UNLIMITED = {"RATE_LIMIT_SCALE": "1000000"}
_SHORT = {"seconds before": 1, "seconds": 10}
_FIRST_COME = Break("whoever comes first takes all places and files", patch="first_come", sizes=_SHORT)
_NO_ORDER = Break(
    "no rate limit, and everything is done in the order in which it comes",
    patch="no_order",
    settings=_UNLIMITED,
    sizes=_SHORT,
)
_ANY_SIZE = replace(
    _NO_ORDER, says="bodies of any size are read", settings={**_UNLIMITED, "BODY_LIMIT_BYTES": "100000000"}
)
_NO_TURNS = Break("costly work is done without turns and shares", patch="no_turns", settings=_UNLIMITED, sizes=_SHORT)
_PIPELINES = Break("a connection may send any number of requests at once", patch="long_pipelines", sizes=_SHORT)
_HEADERS = Break("a request may have any number of headers", patch="many_headers", sizes=_SHORT)
# More than the product lets one network have at once, so that its bounds are met and not only approached.
_LANES = 500


async def _idle(target: Target) -> Attack:
    return Holding(target.port, [ADDRESS], 4150)


async def _slow_headers(target: Target) -> Attack:
    return Holding(target.port, [ADDRESS], 1500, b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"a")


async def _slow_bodies(target: Target) -> Attack:
    # Read first by an operation that needs no account, so that nothing but the body is waited for.
    head = b"POST /v1/initial-applications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    addresses = [f"127.0.0.{number}" for number in range(2, 7)]
    return Holding(target.port, addresses, 100, head + b"Content-Length: 9999\r\n\r\n", b" ")


async def _slow_readers(target: Target) -> Attack:
    return Holding(target.port, [ADDRESS], 600, target.get("/docs/openapi.json") * 8, bytes_a_second=1024)


async def _pipelines(target: Target) -> Attack:
    return Asking(target.port, [b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n" * 7_000], lanes=100)


async def _headers(target: Target) -> Attack:
    return Asking(target.port, [b"GET /livez HTTP/1.1\r\nHost: x\r\n" + b"a:\r\n" * 16_000 + b"\r\n"], lanes=200)


async def _refused_bodies(target: Target) -> Attack:
    large = target.send("POST", "/v1/initial-applications", b"[" + b"{}," * 660_000 + b"{}]")
    nobody = target.send("PUT", f"{target.address}/policies/appeals", bytes(2_000_000), authorization="Bearer none")
    return Asking(target.port, [large, nobody], _LANES)


async def _uncounted(target: Target) -> Attack:
    paths = ("/livez", "/nothing", "/v1/process", "/v1/reference-data", "/problems", "/docs")
    asked = [target.get(path) for path in paths]
    return Asking(
        target.port, [*asked, target.send("OPTIONS", "/v1/me", b""), target.send("PUT", "/livez", b"")], _LANES
    )


async def _log_ins(target: Target) -> Attack:
    body = json.dumps({"email": f"{NUMBER}@example.org", "password": "a wrong one, but long"}).encode()
    return Asking(target.port, [target.send("POST", "/v1/sessions", body)], _LANES)


async def _refreshes(target: Target) -> Attack:
    bodies = [json.dumps({"refresh_token": uuid4().hex * 2}).encode() for _ in range(20)]
    return Asking(target.port, [target.send("POST", "/v1/sessions/refresh", body) for body in bodies], _LANES)


async def _uploads(target: Target) -> Attack:
    heavy = b"{\\rtf1 " + b"\\objdatx " * 1_000_000 + b"}"
    return Asking(target.port, [target.upload("appeals", heavy)], lanes=24)


async def _pdfs(target: Target) -> Attack:
    reader, world = await target.staff(), target.world
    invoices = (await world.ids("awaiting_payment", "invoice_id", 40)) + await world.ids("accepted", "invoice_id", 8)
    asked = [target.get(f"/v1/invoices/{each}", token=reader, accept="application/pdf") for each in invoices]
    for centre in await world.ids("accepted", "centre_id", 8):
        address = f"/v1/centres/{centre}/recognition"
        asked += [target.get(f"{address}/{file}", token=reader) for file in ("certificate", "welcome-pack")]
    return Asking(target.port, asked, _LANES)


async def _lists(target: Target) -> Attack:
    return Asking(target.port, [target.get(path) for path in _costly_paths(target)], _LANES)


def _costly_paths(target: Target) -> Sequence[str]:
    lists = [f"/v1/recognised-centres?limit=100&q={word}" for word in ("a", "trent", "zz")]
    own = ["", "/timeline?limit=100", "/readiness", "/policies", "/submissions", f"/timeline?cursor={'A' * 1400}"]
    return [*lists, *(target.address + path for path in own), "/v1/documents?limit=100", "/v1/me", "/v1/sessions"]


async def _feed(target: Target) -> Attack:
    system = await target.system("events:read")
    paths = ("/v1/events?limit=100", "/v1/events?limit=100&types=invoice.paid", "/v1/events?limit=1")
    return Asking(target.port, [target.get(path, token=system) for path in paths], _LANES)


async def _downloads(target: Target) -> Attack:
    paths = ("/docs/openapi.json", "/openapi.yaml", "/openapi-3.0.json", "/static/redoc/redoc.standalone.js")
    asked = [target.get(path, accept_encoding="gzip") for path in paths]
    return Asking(target.port, [*asked, *(target.get(path, range="bytes=7-900000") for path in paths)], lanes=100)


async def _keys(target: Target) -> Attack:
    (centre,) = (await target.world.ids("draft", "centre_id", 2))[1:]
    body = json.dumps(answers.contacts(uuid4().hex[-12:])[0]).encode()
    path = f"/v1/centres/{centre}/contacts"
    once = [target.send("POST", path, body, idempotency_key="one-for-all-of-them") for _ in range(10)]
    return Asking(
        target.port, [*once, target.send("POST", path, body, idempotency_key=f"one-of-its-own-{NUMBER}")], _LANES
    )


async def _saves(target: Target) -> Attack:
    body = json.dumps({"website": f"https://www.example.org/{NUMBER}"}).encode()
    return Asking(target.port, [target.send("PATCH", f"{target.address}/details/history", body, if_match="*")], _LANES)


async def _bodies(target: Target) -> Attack:
    bodies = [
        json.dumps({f"unknown_{number}": "x" for number in range(199)}),
        '{"name":' * 5_000,
        json.dumps({"organisation_name": "x" * 900_000}),
        "[" * 400_000,
        json.dumps({"organisation_name": [[{}]] * 10_000}),
    ]
    return Asking(target.port, [target.send("PATCH", "/v1/me", body.encode(), if_match="*") for body in bodies], _LANES)


LOADS: tuple[Check, ...] = (
    load("idle connections", "4,150 idle connections of one address.", _idle, _FIRST_COME),
    load("slow headers", "1,500 connections that send a byte of a header each second.", _slow_headers, _FIRST_COME),
    load("slow bodies", "500 bodies from five addresses, a byte a second each.", _slow_bodies, _FIRST_COME),
    load("slow readers", "600 connections that ask for 12 MB each and read 1 kB a second.", _slow_readers, _FIRST_COME),
    load("pipelines", "100 connections that send 7,000 requests at once.", _pipelines, _PIPELINES),
    load("headers", "200 connections whose requests have 16,000 headers.", _headers, _HEADERS),
    load("refused bodies", "500 bodies of 2 MB at once that are refused early.", _refused_bodies, _ANY_SIZE),
    load("uncounted requests", "500 at once of what no rate limit counts.", _uncounted, _NO_ORDER),
    load("log-ins", "500 log-ins at once with wrong passwords.", _log_ins, _NO_TURNS),
    load("token refreshes", "500 refreshes at once with made-up tokens.", _refreshes, _NO_ORDER),
    load("costly uploads", "24 uploads of 9 MB at once that the inspection reads to the end.", _uploads, _NO_TURNS),
    load("PDFs", "500 requests at once for invoices, certificates and welcome packs.", _pdfs, _NO_TURNS),
    load("lists", "500 lists, searches and made-up cursors at once.", _lists, _NO_ORDER),
    load("event feed", "500 polls of the event feed at once.", _feed, _NO_ORDER),
    load("downloads", "100 downloads at once of large files, compressed and in part.", _downloads, _NO_ORDER),
    load("keys", "500 new contacts at once, most with one `Idempotency-Key`.", _keys, _NO_ORDER),
    load("saves", "500 changes of one application at once.", _saves, _NO_ORDER),
    load("hostile bodies", "500 wide, deep and long bodies at once.", _bodies, _NO_ORDER),
)
