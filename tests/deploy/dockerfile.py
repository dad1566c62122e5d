"""Carry out a Dockerfile without a container engine: its steps, in a folder that stands for the image's root.

Every absolute path that the image makes (`/opt/venv`, `/srv`, …) is that path below the folder. The base image is this
machine's Python. What only an engine does is not done: namespaces, capabilities, the base image's own files.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
# What the image makes, and what only the base has.
MADE = ("/opt/venv", "/srv", "/build", "/data")
OF_THE_BASE = re.compile(r"rm -rf (?:/usr/local/\S+ ?)+")


@dataclass
class Image:
    """What a Dockerfile's last stage says, and the folder that holds its files."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    user: tuple[int, int] = (0, 0)
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)
    workdir: str = "/"

    def here(self, text: str) -> str:
        """The text with the image's paths on this machine."""
        for path in MADE:
            text = re.sub(rf"(?<![\w/]){path}(?![\w-])", str(self.folder) + path, text)
        return text

    def settings(self, **more: str) -> dict[str, str]:
        """The environment of a container."""
        copied = self.folder / "usr" / "local" / "lib"
        library = {"LD_LIBRARY_PATH": str(copied)} if copied.exists() else {}
        return library | {name: self.here(value) for name, value in (self.environment | more).items()}


def instructions(path: Path = DOCKERFILE) -> list[tuple[str, str]]:
    """The instructions with their arguments, continuation lines joined."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    split = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return [(name, rest.strip()) for name, _, rest in split]


def sent() -> list[Path]:
    """The files that go into the build: those that the ignore file lets through."""
    rules = (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    kept = tuple(rule[1:] for rule in rules if rule.startswith("!"))
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [
        Path(name)
        for name in listed.stdout.splitlines()
        if name in kept or name.startswith(tuple(f"{k}/" for k in kept))
    ]


def build(folder: Path) -> Image:
    """Carry out every step. The folder must be open to every account, as an image's files are."""
    image = Image(folder)
    arguments = {"REQUIREMENTS": "requirements.txt", "BUILD_REVISION": "abc123"}
    context = folder / "context"
    for file in sent():
        (context / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, context / file)
    for name, rest in instructions():
        if name == "ENV":
            for pair in shlex.split(rest):
                key, _, value = pair.partition("=")
                value = re.sub(r"\$\{?(\w+)\}?", lambda found: {**os.environ, **arguments}.get(found[1], ""), value)
                image.environment[key] = value
        elif name == "WORKDIR":
            image.workdir = rest
        elif name == "USER":
            image.user = (int(rest.split(":")[0]), int(rest.split(":")[1]))
        elif name == "ENTRYPOINT":
            image.entrypoint = json.loads(rest)
        elif name == "CMD":
            image.command = json.loads(rest)
        elif name == "HEALTHCHECK":
            image.healthcheck = json.loads(rest.partition("CMD ")[2])
        elif name == "COPY" and not rest.startswith("--from"):
            _copy(image, context, rest.split())
        elif name == "RUN":
            _run(image, rest, arguments)
    shutil.rmtree(context)
    return image


def _copy(image: Image, context: Path, words: list[str]) -> None:
    *sources, target = words
    into = Path(image.here(target.rstrip("/")))
    for source in sources:
        if (context / source).is_dir():
            shutil.copytree(context / source, into, dirs_exist_ok=True)
        else:
            file = into / source if target.endswith("/") else into
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(context / source, file)


def _run(image: Image, script: str, arguments: dict[str, str]) -> None:
    # Root gives /data away; another account makes what it owns already.
    script = OF_THE_BASE.sub("true ", script)
    if os.geteuid() != 0:
        script = re.sub(r"-[og] \d+ ", "", script)
    given = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "HTTP", "http", "SSL"))}
    given |= {"PATH": f"{_base(image.folder)}{os.pathsep}{os.environ['PATH']}", "HOME": os.environ.get("HOME", "/")}
    given |= arguments
    words = ["sh", "-ec", image.here(script)]
    done = subprocess.run(words, env=given, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _base(folder: Path) -> Path:
    """The programs of a Python that every account can run: this one, or a copy where it is in somebody's home."""
    own = Path(sys.base_prefix)
    if all(parent.stat().st_mode & 0o001 for parent in (own, *own.parents)):
        return own / "bin"
    copy = folder / "usr" / "local"
    if not copy.exists():
        left_out = shutil.ignore_patterns("test", "site-packages", "__pycache__", "*.a", "share", "idlelib")
        shutil.copytree(own, copy, symlinks=True, ignore=left_out)
    return copy / "bin"
