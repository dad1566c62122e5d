"""Each thing is done in one layer: imports, commits, the clock, HTTP's own errors."""

import ast
import subprocess
import sys

import pytest

from tests.architecture.trees import ROOT, Module, app, called, calls, module

_CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "func.now",
    "func.current_timestamp",
}


_NETWORK = (
    *("urllib.request", "http.client", "httpcore", "httpx", "requests", "aiohttp", "smtplib", "aiosmtplib", "imaplib"),
    *("ftplib", "poplib", "obstore"),
)
_PATTERNS = frozenset(f"re.{name}" for name in ("compile", "search", "match", "fullmatch", "sub", "split", "findall"))
_CONNECTS = frozenset({"create_connection", "open_connection", "create_datagram_endpoint"})


def commits(source: Module) -> list[str]:
    """Where something other than the unit of work ends a transaction or begins one inside it."""
    if source.path == "app/database.py":
        return []
    return [
        f"{source.at(call)}: only app/database.py commits"
        for call in calls(source.tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("commit", "begin_nested", "rollback")
    ]


def hidden_clocks(source: Module) -> list[str]:
    """Where the time comes from the machine, so that neither a test nor a sandbox can move it."""
    # The demonstration is a client of the API, on the other side of the wire.
    if source.path == "app/clock.py" or source.under("app/demo"):
        return []
    return [
        f"{source.at(node)}: take the time from `work.now`"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in _CLOCKS
    ]


def http_errors(source: Module) -> list[str]:
    """Where a refusal is an HTTP error instead of a class of the domain."""
    # These two are the framework's side of the door.
    if source.path in ("app/http/middleware.py", "app/http/route.py"):
        return []
    return [
        f"{source.at(call)}: raise a refusal of the domain"
        for call in calls(source.tree)
        if called(call).endswith("HTTPException")
    ]


def uses_of_jose(source: Module) -> list[str]:
    """Where tokens are read or made outside the module that demands what python-jose does not."""
    if source.path == "app/security/tokens.py":
        return []
    return [
        f"{source.at(node)}: use app.security.tokens"
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "jose")
        or (isinstance(node, ast.Import) and any(name.name.partition(".")[0] == "jose" for name in node.names))
    ]


def calls_outside(source: Module) -> list[str]:
    """Where something but an adapter, the doctor, the exporter of traces or the demonstration calls another machine.

    What a request does can reach only what an adapter was given from the settings.
    """
    if source.under("app/integrations", "app/services/operations/checks", "app/tracing.py", "app/demo"):
        return []
    network = [
        node
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_NETWORK))
        or (isinstance(node, ast.Import) and any(each.name.startswith(_NETWORK) for each in node.names))
    ]
    connects = [call for call in calls(source.tree) if called(call) in _CONNECTS]
    return [f"{source.at(node)}: only an adapter calls outside" for node in (*network, *connects)]


def followed_redirects(source: Module) -> list[str]:
    """Where an answer could send a request on to another machine."""
    # The doctor asks only the deployment's own address.
    if source.path == "app/services/operations/checks/proxy.py":
        return []
    return [
        f"{source.at(call)}: it follows redirects"
        for call in calls(source.tree)
        if called(call) == "urlopen"
        or any(each.arg == "follow_redirects" and ast.unparse(each.value) != "False" for each in call.keywords)
    ]


def shells(source: Module) -> list[str]:
    """Where a program is started by a shell, or by one text instead of a list of arguments."""
    return [
        f"{source.at(call)}: start the program by a list of arguments"
        for call in calls(source.tree)
        if ast.unparse(call.func) in {"os.system", "os.popen"}
        or called(call) == "create_subprocess_shell"
        or any(each.arg == "shell" for each in call.keywords)
        or (
            ast.unparse(call.func).startswith("subprocess.")
            and call.args
            and isinstance(call.args[0], ast.Constant | ast.JoinedStr)
        )
    ]


def patterns_of_input(source: Module) -> list[str]:
    """Where a regular expression is put together while a request is answered."""
    # Two numbers of an object in a PDF, and the patterns of settings.
    if source.path in ("app/integrations/inspection/pdf/views.py", "app/settings/parts.py"):
        return []
    functions = [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        f"{source.at(call)}: the pattern is no constant"
        for function in functions
        for call in calls(function)
        if ast.unparse(call.func) in _PATTERNS and not isinstance(call.args[0], ast.Constant)
    ]


def test_imports_point_one_way() -> None:
    """The layers and the purity of the domain, as `pyproject.toml` states them."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "guard",
    [commits, hidden_clocks, http_errors, uses_of_jose, calls_outside, followed_redirects, shells, patterns_of_input],
)
def test_every_module_keeps_to_its_layer(guard: object) -> None:
    assert callable(guard)
    assert [finding for source in app() for finding in guard(source)] == []


@pytest.mark.parametrize("line", ["await session.commit()", "await work.session.rollback()", "session.begin_nested()"])
def test_a_commit_in_a_service_is_found(line: str) -> None:
    assert commits(module("app/services/sites.py", f"async def close(work, session):\n    {line}\n"))


@pytest.mark.parametrize(
    "line", ["datetime.now(UTC)", "clock = datetime.now", "dt.datetime.utcnow()", "func.now()", "time.time()"]
)
def test_a_clock_beside_the_injected_one_is_found(line: str) -> None:
    assert hidden_clocks(module("app/services/sites.py", line))


@pytest.mark.parametrize("line", ["raise HTTPException(404)", "raise starlette.exceptions.HTTPException(404)"])
def test_an_http_error_below_the_door_is_found(line: str) -> None:
    assert http_errors(module("app/services/sites.py", line))


@pytest.mark.parametrize("line", ["from jose import jwt", "import jose.jws", "from jose.jwt import decode"])
def test_a_token_read_by_the_library_alone_is_found(line: str) -> None:
    assert uses_of_jose(module("app/services/sites.py", line))
    assert not uses_of_jose(module("app/security/tokens.py", line))


@pytest.mark.parametrize(
    "line",
    [
        "import httpx",
        "from urllib.request import build_opener",
        "from http import server, client\nimport http.client",
        "async def fetch(host):\n    return await asyncio.open_connection(host, 80)",
        "socket.create_connection(address)",
    ],
)
def test_a_call_to_another_machine_is_found(line: str) -> None:
    assert calls_outside(module("app/services/sites.py", line))
    assert not calls_outside(module("app/integrations/registers/http.py", line))


@pytest.mark.parametrize("line", ["urlopen(address)", "httpx.get(address, follow_redirects=True)"])
def test_a_redirect_that_is_followed_is_found(line: str) -> None:
    assert followed_redirects(module("app/integrations/registers/http.py", line))


@pytest.mark.parametrize(
    "line",
    [
        "os.system(command)",
        "subprocess.run(command, shell=True)",
        "subprocess.run(f'ls {folder}')",
        "asyncio.create_subprocess_shell(command)",
    ],
)
def test_a_shell_is_found(line: str) -> None:
    assert shells(module("app/services/sites.py", line))


def test_a_pattern_of_input_is_found() -> None:
    assert patterns_of_input(module("app/services/sites.py", "def find(name):\n    return re.search(f'^{name}$', x)"))
    assert not patterns_of_input(module("app/services/sites.py", "def find(name):\n    return re.search('^a$', name)"))
