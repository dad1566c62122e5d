"""The shipped nginx configuration in front of the server: what it blocks and what it passes on.

Without nginx on this machine there is nothing to run; `.ci/run` installs it.
"""

import asyncio
import getpass
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.connection import HEADERS_BYTES
from app.http.listening import listen
from app.http.middleware import upload_limit
from app.http.protection import Protection
from app.http.server import KEEP_ALIVE_SECONDS, run_server
from app.main import create_app
from app.settings import Settings

# Debian keeps it where only administrators look.
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
CONFIGURATION = (Path(__file__).parents[2] / "deploy/proxy/nginx.conf").read_text(encoding="utf-8")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


class Front:
    """The real app, with an echo endpoint that records the requests that reach it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.reached: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`/echo?2` answers after two seconds with the scheme, the client's address and the length of the body."""
        if scope["type"] != "http" or not scope["path"].startswith("/echo"):
            await self._app(scope, receive, send)
            return
        self.reached.append(scope["path"])
        length, more = 0, True
        while more:
            message = await receive()
            length, more = length + len(message.get("body", b"")), message.get("more_body", False)
        await asyncio.sleep(float(scope["query_string"] or 0))
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body = json.dumps({"scheme": scope["scheme"], "client": scope["client"][0], "length": length} | headers)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body.encode()})


class Proxied:
    """nginx on a free port, and the front behind it."""

    def __init__(self, port: int, trust: ssl.SSLContext, front: Front) -> None:
        self.port, self.trust, self.front = port, trust, front
        self.client = httpx.Client(base_url=f"https://localhost:{port}", verify=trust, timeout=30)

    def connect(self) -> ssl.SSLSocket:
        """A raw TLS connection."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=15)
        return self.trust.wrap_socket(plain, server_hostname="localhost")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "fullchain.pem", folder / "privkey.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return public, private


def _changed(text: str, **changes: str) -> str:
    """Replace the lines that start with the given names. Each must exist."""
    for line, other in changes.items():
        assert line in text, f"nginx.conf has no line '{line}'"
        text = text.replace(line, other)
    return text


@contextmanager
def _serving(front: Front, settings: Settings) -> Iterator[int]:
    listener = listen("127.0.0.1", 0)
    started = threading.Event()
    loop = asyncio.new_event_loop()
    task = loop.create_task(run_server(front, settings, listener=listener, on_started=started.set))

    def serve() -> None:
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.close()

    thread = threading.Thread(target=serve)
    port = listener.getsockname()[1]
    thread.start()
    try:
        assert started.wait(10)
        yield port
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(30)


@contextmanager
def _nginx(folder: Path, upstream: int, **changes: str) -> Iterator[int]:
    """The shipped configuration with other ports and files, and short timeouts."""
    port, public, private = _free_port(), *_certificate(folder)
    text = _changed(
        CONFIGURATION,
        **{
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream};",
            "listen 80;": f"listen 127.0.0.1:{_free_port()};",
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "listen [::]:80;": "",
            "listen [::]:443 ssl;": "",
            "/etc/nginx/tls/fullchain.pem": str(public),
            "/etc/nginx/tls/privkey.pem": str(private),
            "client_header_timeout 10s;": "client_header_timeout 1s;",
            "client_body_timeout 20s;": "client_body_timeout 1s;",
            "limit_conn network 100;": "limit_conn network 3;",
            **changes,
            # The workers must reach the test's folder, which is private to its user.
            "worker_processes auto;": f"user {getpass.getuser()}; daemon off; pid {folder}/nginx.pid;",
            "/dev/stdout": f"{folder}/access.log",
        },
    )
    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        text = text.replace("http {", f"http {{\n\t{kind}_temp_path {folder}/{kind};", 1)
    written = folder / "nginx.conf"
    written.write_text(text, encoding="utf-8")
    assert NGINX is not None
    process = subprocess.Popen([NGINX, "-e", f"{folder}/error.log", "-c", str(written)])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("proxy")
    nowhere = SecretStr("postgresql://nobody@127.0.0.1:1/nothing")
    settings = Settings(database_url=nowhere, data_dir=folder / "data", trusted_proxies=("127.0.0.1",))
    front = Front(create_app(settings))
    with _serving(front, settings) as upstream, _nginx(folder, upstream) as port:
        trust = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
        made = Proxied(port, trust, front)
        with made.client:
            yield made


def everything(connection: ssl.SSLSocket) -> bytes:
    """Read until the other side closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def check_problem(answer: httpx.Response, status: int, code: str, *, secure: bool = True) -> None:
    """The problem has the same shape as the app's."""
    own = {"type", "title", "status", "code", "detail", "request_id"}
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    _require_protection(answer.headers, secure)
    problem = answer.json()
    assert problem.keys() == own
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"/problems/{code}")
    assert problem["request_id"] == answer.headers["x-request-id"]


def _require_protection(headers: httpx.Headers, secure: bool) -> None:
    """Each of the headers that the app's own answers have, once."""
    expected = dict(Protection(secure=secure).added([(b"cache-control", b"no-store")]))
    for name, value in expected.items():
        assert headers.get_list(name.decode()) == [value.decode()], name


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"GET / HTTP/1.1\r\nX: " + b"a" * 9])
def test_incomplete_headers_time_out(proxied: Proxied, sent: bytes) -> None:
    with proxied.connect() as stalled:
        stalled.sendall(sent)
        assert everything(stalled) == b""


def test_a_slow_body_times_out_before_the_app(proxied: Proxied) -> None:
    with proxied.connect() as stalled:
        stalled.sendall(b"POST /echo/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nbegun")
        assert everything(stalled) == b""
    assert "/echo/slow" not in proxied.front.reached


def test_too_many_connections_from_one_network_are_refused(proxied: Proxied) -> None:
    request = b"GET /echo/busy?2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    waiting = [proxied.connect() for _ in range(3)]
    for connection in waiting:
        connection.sendall(request)
    while proxied.front.reached.count("/echo/busy") < 3:
        time.sleep(0.02)
    refused = proxied.client.get("/echo")
    check_problem(refused, 503, "overloaded")
    assert refused.headers["retry-after"] == "1"
    for connection in waiting:
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.close()


def test_one_ipv6_network_is_one_caller() -> None:
    """Tries the configuration's patterns directly, because the machine may lack IPv6."""
    patterns = [re.compile(found.replace("(?<", "(?P<")) for found in re.findall(r'"~(.*)" \$net;', CONFIGURATION)]

    def network(address: str) -> str:
        return next((found["net"] for pattern in patterns if (found := pattern.match(address))), address)

    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::9") == "2001:db8:1:2:"
    assert network("2001:db8::1") == network("2001:db8::2") != network("2001:db8:1::1")
    assert network("203.0.113.9") != network("203.0.113.10")


def test_oversized_headers_get_the_documented_problem(proxied: Proxied) -> None:
    check_problem(proxied.client.get("/livez", headers={"X-Large": "a" * 17_000}), 431, "headers_too_large")
    check_problem(proxied.client.get("/livez?" + "a" * 17_000), 431, "headers_too_large")
    answer = proxied.client.get("/livez", headers={f"X-{number}": "a" * 12_000 for number in range(3)})
    assert answer.status_code == 200
    assert "large_client_header_buffers 4 16k;" in CONFIGURATION
    assert HEADERS_BYTES == 4 * 16 * 1024


def test_an_upload_of_the_largest_size_passes_and_a_larger_one_is_refused(proxied: Proxied) -> None:
    most = upload_limit(Settings())
    assert f"client_max_body_size {most};" in CONFIGURATION
    answer = proxied.client.put("/echo/upload", content=bytes(most))
    assert answer.status_code == 200, answer.text
    assert answer.json()["length"] == most
    check_problem(proxied.client.put("/echo/upload", content=bytes(most + 1)), 413, "too_large")


def test_a_chunked_upload_progresses_and_arrives_whole(proxied: Proxied) -> None:
    """nginx buffers the parts and forwards the whole body with its length."""
    reached_before_the_end = []

    def parts() -> Iterator[bytes]:
        for _ in range(4):
            yield bytes(1_000_000)
        reached_before_the_end.append("/echo/chunked" in proxied.front.reached)

    answer = proxied.client.put("/echo/chunked", content=parts()).json()
    assert (answer["length"], answer["content-length"]) == (4_000_000, "4000000")
    assert reached_before_the_end == [False]


def test_the_app_sees_the_real_client_address_not_a_forged_one(proxied: Proxied) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "Forwarded": "for=203.0.113.9"}
    answer = proxied.client.get("/echo", headers=forged).json()
    assert (answer["client"], answer["scheme"]) == ("127.0.0.1", "https")
    assert "forwarded" not in answer


def test_a_proxied_client_does_not_count_as_local(proxied: Proxied) -> None:
    """Otherwise anybody could read the metrics."""
    assert proxied.client.get("/metrics").status_code == 404


def test_a_request_id_is_forwarded_or_generated(proxied: Proxied) -> None:
    answer = proxied.client.get("/livez", headers={"X-Request-Id": "signup-form-42"})
    assert answer.headers.get_list("x-request-id") == ["signup-form-42"]
    made = proxied.client.get("/echo", headers={"X-Request-Id": "not / one"}).json()["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", made)


def test_the_apps_own_problems_and_headers_pass_unchanged(proxied: Proxied) -> None:
    answer = proxied.client.get("/nothing")
    check_problem(answer, 404, "not_found", secure=False)
    assert answer.headers.get_list("cache-control") == ["no-store"]
    assert "server" not in answer.headers or answer.headers["server"] == "nginx"
    head = proxied.client.head("/livez")
    assert (head.status_code, head.content) == (200, b"")


def test_a_request_that_is_not_http_gets_a_problem(proxied: Proxied) -> None:
    with proxied.connect() as confused:
        confused.sendall(b"no such thing\r\n\r\n")
        head, _, body = everything(confused).partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == "malformed_request"
    check_problem(proxied.client.request("TRACE", "/livez"), 405, "method_not_allowed")


def test_an_app_that_is_down_is_unavailable(tmp_path: Path) -> None:
    with _nginx(tmp_path, _free_port()) as port:
        trust = ssl.create_default_context(cafile=str(tmp_path / "fullchain.pem"))
        answer = httpx.get(f"https://localhost:{port}/v1/process", verify=trust)
    check_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "2"


def test_a_network_that_sends_too_many_requests_is_refused(tmp_path: Path) -> None:
    slower = {"rate=100r/s;": "rate=1r/s;", "burst=200 nodelay;": "burst=4 nodelay;"}
    with _nginx(tmp_path, _free_port(), **slower) as port:
        trust = ssl.create_default_context(cafile=str(tmp_path / "fullchain.pem"))
        with httpx.Client(base_url=f"https://localhost:{port}", verify=trust) as client:
            answers = [client.get("/v1/process") for _ in range(10)]
    check_problem(answers[0], 503, "unavailable")
    check_problem(answers[-1], 429, "too_many_requests")
    assert answers[-1].headers["retry-after"] == "1"


def test_the_redirect_to_https_is_protected_too(tmp_path: Path) -> None:
    plain = _free_port()
    with _nginx(tmp_path, _free_port(), **{"listen 80;": f"listen 127.0.0.1:{plain};"}):
        answer = httpx.get(f"http://localhost:{plain}/v1/process")
    assert (answer.status_code, answer.headers["location"]) == (308, "https://localhost/v1/process")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "retry-after" not in answer.headers


def test_nginx_closes_an_idle_connection_to_the_app_before_the_app_does() -> None:
    found = re.search(r"\bkeepalive_timeout (\d+)s;", CONFIGURATION)
    assert found is not None
    assert int(found[1]) < KEEP_ALIVE_SECONDS
