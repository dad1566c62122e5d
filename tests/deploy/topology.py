"""Start what `deploy/compose.yaml` describes, as processes of this machine instead of containers.

Commands, entry points and variables are those of the file; only names, addresses and paths that a container engine
would provide are replaced by ones on loopback and in a folder. The engine's own part is not done: networks, mounts,
capabilities, read-only file systems.
"""

import getpass
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.integrations.mailer import CaptureMailer, Message
from app.integrations.postgres.binaries import program
from tests.certificates import self_signed
from tests.deploy.dockerfile import ROOT, instructions
from tests.deploy.postgres import postgres
from tests.s3_servers import free_port
from tests.scanner import STREAM_LIMIT, Daemon

DEPLOY = ROOT / "deploy"


class Catcher:
    """Keeps what the relay is handed, as captured mail that the demonstration can read."""

    def __init__(self, folder: Path) -> None:
        self._mailer = CaptureMailer(folder)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message."""
        content = envelope.content
        assert isinstance(content, bytes)
        read = message_from_bytes(content, EmailMessage, policy=default)
        to, date = tuple(one.addr_spec for one in read["To"].addresses), read["Date"].datetime
        sender = read["From"].addresses[0].addr_spec
        await self._mailer.send(Message(sender, to, read["Message-ID"], read["Subject"], date, content))
        return "250 OK"


class Topology:
    """The services of the compose file, one by one. `folder` takes everything that they write."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self.ports = {name: free_port() for name in ("api-1", "api-2", "worker", "store", "mail", "http", "https")}
        self.url = f"https://localhost:{self.ports['https']}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        subprocess.run(["sh", str(DEPLOY / "make-secrets.sh"), str(folder / "secrets")], check=True)
        self.certificate, _ = self_signed(folder)
        example = (DEPLOY / "compose.env.example").read_text(encoding="utf-8")
        given = dict(line.split("=", 1) for line in example.splitlines() if line and not line.startswith("#"))
        text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
        self.services: dict[str, Any] = yaml.safe_load(_interpolated(text, given | {"PUBLIC_URL": self.url}))[
            "services"
        ]

    def start_parts(self) -> None:
        """Everything that the product needs: database, document store, scanner and mail catcher."""
        service = self.services["database"]
        password = (self.folder / "secrets" / "database_password").read_text(encoding="utf-8")
        user, database = service["environment"]["POSTGRES_USER"], service["environment"]["POSTGRES_DB"]
        running = postgres(service["command"], user, database, password, "/archive")
        self.ports["database"], self.database = self._stack.enter_context(running)
        (self.folder / "clamd").mkdir()
        scanner = Daemon(self.folder / "clamd")
        limits = self.folder / "clamd" / "clamd.conf"
        # The image's own, which takes every upload.
        limits.write_text(limits.read_text(encoding="utf-8").replace(str(STREAM_LIMIT), "100M"), encoding="utf-8")
        scanner.start()
        self._stack.callback(scanner.kill)
        self.ports["clamd"] = scanner.port
        self.mail = self.folder / "mail"
        catcher = Controller(Catcher(self.mail), hostname="127.0.0.1", port=self.ports["mail"], data_size_limit=2**26)
        catcher.start()
        self._stack.callback(catcher.stop)
        self._start("store", self._script("store"), self._environment("store"))
        self.await_port("store")

    def settings(self, name: str) -> dict[str, str]:
        """The variables of a process of ours: the image's, and the file's."""
        image = {
            pair.partition("=")[0]: pair.partition("=")[2]
            for instruction, rest in instructions()
            if instruction == "ENV"
            for pair in rest.split()
        }
        image |= {
            "PATH": os.environ["PATH"],
            "HOST": "127.0.0.1",
            "PORT": str(self.ports.get(name, 0)),
            "BUILD_REVISION": "",
        }
        # The processes trust the test's certificate, where a real one needs no word. A machine that tests is slow.
        of_test = {"SSL_CERT_FILE": str(self.certificate), "DRAIN_SECONDS": "0", "REQUEST_DEADLINE_SECONDS": "60"}
        # The demonstration has no telephone.
        of_test["SECOND_FACTOR_FOR_STAFF"] = "false"
        return image | self._environment(name) | of_test

    def run(self, name: str, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """`docker compose run --rm NAME WORDS`: the service's image and variables with another command."""
        command = [sys.executable, "-m", "app", *(words or self.services[name]["command"])]
        return subprocess.run(
            command, cwd=ROOT, env=self.settings(name), input=stdin, capture_output=True, text=True, check=False
        )

    def run_script(self, name: str) -> None:
        """Run a service of another image to its end."""
        path = os.pathsep.join([str(program("psql").parent), os.environ["PATH"]])
        subprocess.run(self._script(name), env=self._environment(name) | {"PATH": path}, check=True)

    def start(self, *names: str) -> None:
        """Start processes of ours."""
        for name in names:
            self._start(name, [sys.executable, "-m", "app", *self.services[name]["command"]], self.settings(name))

    def start_proxy(self) -> None:
        """Start nginx by the service's script, on ports of its own."""
        text = (DEPLOY / "proxy" / "nginx.conf").read_text(encoding="utf-8")
        for old, new in {
            "/etc/nginx/tls": str(self.folder),
            "listen 80;": f"listen 127.0.0.1:{self.ports['http']};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.ports['https']} ssl;",
            "listen [::]:80;": "",
            "listen [::]:443 ssl;": "",
        }.items():
            assert old in text
            text = text.replace(old, new)
        text = text.replace("worker_processes auto;", f"worker_processes auto;\nuser {getpass.getuser()};")
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
            text = text.replace("http {", f"http {{\n\t{kind}_temp_path {self.folder}/cache-{kind};", 1)
        (self.folder / "proxy.conf").write_text(text, encoding="utf-8")
        self._start("proxy", self._script("proxy"), self._environment("proxy"))
        self.await_port("https")

    def await_port(self, name: str) -> None:
        """Wait until somebody listens."""
        until = time.monotonic() + 120
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.ports[name])) == 0:
                    return
            for other, process in self.processes.items():
                assert process.poll() is None, self.log(other)
            assert time.monotonic() < until, f"nobody listens for {name}"
            time.sleep(0.1)

    def log(self, name: str) -> str:
        """What a process has said."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def stop(self, *names: str) -> dict[str, int]:
        """`docker stop`: SIGTERM, and the time that the file allows. Returns the exit statuses."""
        for name in names:
            self.processes[name].send_signal(signal.SIGTERM)
        allowed = {name: float(self.services[name]["stop_grace_period"].removesuffix("s")) for name in names}
        return {name: self.processes.pop(name).wait(allowed[name]) for name in names}

    def _script(self, name: str) -> list[str]:
        service = self.services[name]
        return [self._here(word) for word in [*service["entrypoint"], *service["command"]]]

    def _environment(self, name: str) -> dict[str, str]:
        given = self.services[name].get("environment", {})
        # Compose interpolates after it has parsed: what is left empty is an empty text.
        variables = {key: self._here("" if value is None else str(value)) for key, value in given.items()}
        if "CLAMD__HOST" in variables:
            variables["CLAMD__PORT"] = str(self.ports["clamd"])
        if "WORKER_PORT" in variables:
            variables["WORKER_PORT"] = str(self.ports["worker"])
        programs = [str(Path(sys.executable).parent), "/usr/sbin"]
        return {"PATH": os.pathsep.join([*programs, os.environ["PATH"]]), **variables}

    def _here(self, text: str) -> str:
        for old, new in {
            "centre@database/": f"centre@127.0.0.1:{self.ports.get('database')}/",
            "postgresql://database/": f"postgresql://127.0.0.1:{self.ports.get('database')}/",
            "http://store:9000": f"http://127.0.0.1:{self.ports['store']}",
            "--addr :9000": f"--addr 127.0.0.1:{self.ports['store']}",
            "172.30.240.21:8000": f"127.0.0.1:{self.ports['api-1']}",
            "172.30.240.22:8000": f"127.0.0.1:{self.ports['api-2']}",
            "172.30.240.10": "127.0.0.1",
            "/run/secrets/": f"{self.folder}/secrets/",
            "/etc/centre-recognition/settings.toml": str(DEPLOY / "settings.example.toml"),
            "/etc/centre-recognition/roles.sql": str(DEPLOY / "roles.sql"),
            "/etc/nginx/proxy.conf": str(self.folder / "proxy.conf"),
            "/tmp/nginx": f"{self.folder}/nginx",
            "mkdir -p /documents/": f"mkdir -p {self.folder}/documents/",
            "/dev/null /documents": f"/dev/null {self.folder}/documents",
        }.items():
            text = text.replace(old, new)
        # Whole values: host names and ports of the services that have no URL.
        whole = {"clamd": "127.0.0.1", "mail": "127.0.0.1", "1025": str(self.ports["mail"])}
        return whole.get(text, text)

    def _start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        self.processes[name] = process
        self._stack.callback(_end, process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _interpolated(text: str, given: dict[str, str]) -> str:
    """As Compose replaces `${NAME:-default}`, `${NAME:?what to do}` and `$$`."""

    def value(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        value = given.get(found["name"], "")
        assert value or found["mark"] != ":?", found["name"]
        return value or (found["rest"] if found["mark"] == ":-" else "")

    return re.sub(r"\$\$|\$\{(?P<name>\w+)(?P<mark>:-|:\?)?(?P<rest>[^}]*)\}", value, text)
