"""What a document tells people to type, typed: its snippets in a shell, and the commands that it starts."""

import multiprocessing
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from app import cli

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ".venv/bin/python"
ADDRESS = "http://127.0.0.1:8000"
COMMAND = f"{PYTHON} -m app "

# Loading the program takes longer than what most commands do: it is loaded once, and every command is a fork of that.
FORKS = multiprocessing.get_context("forkserver")


def blocks(document: str, marker: str) -> list[str]:
    """The fenced blocks of a document that stand right behind an HTML comment."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"<!-- {marker} -->\n```\w+\n(.*?)```", text, flags=re.DOTALL)


def environment(**settings: object) -> dict[str, str]:
    """Drop the tester's own settings; python3 is the Python that runs the tests."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return {"PATH": path, "no_proxy": "127.0.0.1", **{name: str(value) for name, value in settings.items()}}


def typed(script: str, settings: dict[str, str], folder: Path = ROOT) -> str:
    """What a script of a document says, which must not fail."""
    done = subprocess.run(
        ["sh", "-e"],
        input=script.replace(PYTHON, shlex.quote(sys.executable)),
        env=settings,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def be_command(words: list[str], settings: dict[str, str], log: str) -> None:
    """What `python -m app` does, in a process that is told its words and its environment after its start."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(settings)
    output = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.argv = ["app", *words]
    cli.main()


def begun(command: str, settings: dict[str, str], log: Path) -> ForkServerProcess:
    """A command of a document, under way; what it says goes to the file."""
    assert command.startswith(COMMAND)
    FORKS.set_forkserver_preload(["app.cli"])
    words = shlex.split(command.removeprefix(COMMAND), comments=True)
    process = FORKS.Process(target=be_command, args=(words, settings, str(log)))
    process.start()
    return process


@contextmanager
def started(command: str, settings: dict[str, str], log: Path, sign: str) -> Iterator[str]:
    """Start a command of a document that stays, wait until it says `sign` (a pattern), and hand out what that found."""
    log.touch()
    process = begun(command, settings, log)
    try:
        deadline = time.monotonic() + 300
        while (found := re.search(sign, log.read_text(encoding="utf-8"))) is None:
            assert process.is_alive(), log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.05)
        yield found[0]
        assert process.is_alive(), log.read_text(encoding="utf-8")
    finally:
        process.terminate()
        process.join(120)
        assert process.exitcode == 0, log.read_text(encoding="utf-8")
