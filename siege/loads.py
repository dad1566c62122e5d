"""Each load of the siege as a check of the programme of faults: while it lasts, an honest user is answered."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import uuid4

from bench.load import Request
from bench.stage import Person
from faults.check import Break, Check, Found, Sizes
from faults.world import World
from siege.honest import visiting
from siege.hostile import ADDRESS, asking, holding

_SETTINGS = {"RATE_LIMIT_SCALE": "1", "TRUSTED_PROXIES": ""}
_FIRST_COME = Break("whoever comes first takes all places and files", patch="first_come", sizes={"seconds": 8})
_BLOCKED = Break(
    "a sleep of 1.5 s on the event loop, once in fifty requests", patch="blocked_loop", sizes={"seconds": 7}
)


class Target:
    """What the hostile client has: an account of its own centre, and its application."""

    def __init__(self, port: int, person: Person, application: object) -> None:
        self.port = port
        self.address = f"/v1/applications/{application}"
        self.headers = {"Authorization": f"Bearer {person.token}"}

    def get(self, path: str, **headers: str) -> Request:
        """A request to read."""
        return Request("GET", path, b"", {**self.headers, **headers})

    def send(self, method: str, path: str, body: bytes, kind: str = "application/json", **headers: str) -> Request:
        """A request with a body."""
        return Request(method, path, body, {**self.headers, "Content-Type": kind, **headers})


def _load(
    name: str, claim: str, attack: Callable[[Target], AbstractAsyncContextManager[object]], control: Break
) -> Check:
    async def run(world: World, sizes: Sizes) -> Found:
        found = Found()
        server = await world.serve(_SETTINGS)
        people, drafts = await world.super_users("draft", 2), await world.ids("draft", "id", 2)
        async with visiting(server.port, people[0], drafts[0]) as honest:
            async with attack(Target(server.port, people[1], drafts[1])) as met:
                await asyncio.sleep(sizes["seconds"])
            found.figures |= {"hostile": str(dict(met))} if isinstance(met, dict) else {}
        honest.judge(found)
        return found

    return Check(name, claim, "median ≤ 1 s in every 5 s", {"seconds": 8}, {"seconds": 60}, run, control)


def _idle(target: Target) -> AbstractAsyncContextManager[object]:
    return holding(target.port, [ADDRESS], 4150, b"")


def _slow_headers(target: Target) -> AbstractAsyncContextManager[object]:
    return holding(target.port, [ADDRESS], 1500, b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"a")


def _slow_bodies(target: Target) -> AbstractAsyncContextManager[object]:
    token = target.headers["Authorization"]
    head = f"POST /v1/initial-applications HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
    addresses = [f"127.0.0.{number}" for number in range(2, 7)]
    return holding(
        target.port,
        addresses,
        100,
        f"{head}Content-Type: application/json\r\nContent-Length: 9999\r\n\r\n".encode(),
        b" ",
    )


def _log_ins(target: Target) -> AbstractAsyncContextManager[object]:
    bodies = [
        json.dumps({"email": f"{uuid4().hex}@example.org", "password": "a wrong one, but long"}) for _ in range(200)
    ]
    return asking(target.port, [target.send("POST", "/v1/sessions", body.encode()) for body in bodies])


def _uploads(target: Target) -> AbstractAsyncContextManager[object]:
    heavy = b"{\\rtf1 " + b"\\objdatx " * 2_600_000 + b"}"
    head = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.rtf"\r\nContent-Type: application/rtf\r\n\r\n'
    )
    upload = target.send(
        "PUT", f"{target.address}/policies/appeals", head + heavy + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"
    )
    upload.headers["If-Match"] = "*"
    return asking(target.port, [upload], lanes=12)


def _reads(target: Target) -> AbstractAsyncContextManager[object]:
    paths = [
        target.address,
        f"{target.address}/timeline?limit=100",
        f"{target.address}/readiness",
        "/v1/documents?limit=100",
    ]
    paths += [f"/v1/recognised-centres?limit=100&q={word}" for word in ("a", "trent", "zz")]
    paths += [
        f"{target.address}/timeline?cursor={'A' * 1400}",
        "/docs/openapi.json",
        "/static/redoc/redoc.standalone.js",
    ]
    return asking(target.port, [target.get(path, Range="bytes=0-99999") for path in paths])


def _bodies(target: Target) -> AbstractAsyncContextManager[object]:
    wide = json.dumps({f"unknown_{number}": "x" for number in range(199)})
    deep = '{"name":' * 5_000
    long = json.dumps({"organisation_name": "x" * 900_000})
    bodies = [wide, deep, long, "[" * 400_000, json.dumps({"organisation_name": [[{}]] * 10_000})]
    return asking(target.port, [target.send("POST", "/v1/initial-applications", body.encode()) for body in bodies])


LOADS = (
    _load("idle connections", "4,150 idle connections of one address.", _idle, _FIRST_COME),
    _load("slow headers", "1,500 connections that send a byte of a header each second.", _slow_headers, _FIRST_COME),
    _load("slow bodies", "500 bodies from five addresses, a byte a second each.", _slow_bodies, _FIRST_COME),
    _load("log-ins", "Fifty log-ins at once, without a pause.", _log_ins, _BLOCKED),
    _load("heavy uploads", "Twelve uploads of 23 MB at once that the inspection reads to the end.", _uploads, _BLOCKED),
    _load("reads", "Fifty lanes of lists, searches, made-up cursors, ranges and large files.", _reads, _BLOCKED),
    _load("hostile bodies", "Fifty lanes of wide, deep and long bodies.", _bodies, _BLOCKED),
)
