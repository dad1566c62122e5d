"""The code samples of the reference run against a server, and every operation has them."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.http.code_samples import ORIGIN, Call, curl, python, read, typescript, with_samples
from scripts.node import command, environment
from tests.integrations.file_samples import pdf
from tests.typed import ROOT, typed
from tests.typed import environment as bare_environment
from tests.unserved import unserved_app

# macOS and most Linux systems bring uuidgen; a slim container does not.
_UUIDGEN = "uuidgen() { python3 -c 'import uuid; print(uuid.uuid4())'; }\n"


@cache
def calls() -> dict[str, Call]:
    """Each operation's call, by `operationId`."""
    document = unserved_app().openapi()
    return {
        operation["operationId"]: read(document, path, method)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in ("get", "put", "post", "patch", "delete")
    }


@cache
def _made(sandbox: str) -> dict[str, str]:
    """Make a draft application; answer its ids and the access token of its super user."""
    with httpx.Client(base_url=f"{sandbox}/v1", trust_env=False, timeout=60) as client:
        made = client.post("/sandbox/applications", json={"state": "draft"}).raise_for_status().json()
        who = {name: made["super_user"][name] for name in ("email", "password")}
        token = client.post("/sessions", json=who).raise_for_status().json()["access_token"]
    return {"token": token, "application": made["id"], "centre": made["centre_id"]}


def _filled(operation: str, source: str, sandbox: str) -> str:
    """The sample with the server's address, and ids that exist."""
    path = calls()[operation].path
    for noun in ("application", "centre"):
        if f"/{noun}s/" in path:
            source = source.replace(path.split(f"/{noun}s/")[1].split("/")[0], _made(sandbox)[noun])
    return source.replace(ORIGIN, sandbox)


def _etag(sandbox: str, operation: str) -> str:
    """The current version of what the operation changes."""
    path = _filled(operation, calls()[operation].path, sandbox)
    headers = {"Authorization": f"Bearer {_made(sandbox)['token']}"}
    return str(httpx.get(f"{sandbox}{path}", headers=headers, trust_env=False).raise_for_status().headers["etag"])


def _run_curl(sandbox: str, operation: str, folder: Path, **variables: str) -> Any:
    script = _UUIDGEN + _filled(operation, curl(calls()[operation]), sandbox)
    output = typed(script, bare_environment(**{"TOKEN": _made(sandbox)["token"], **variables}), folder)
    return json.loads(output)


def _run_python(sandbox: str, operation: str, **variables: str) -> Any:
    scope: dict[str, Any] = {"token": _made(sandbox)["token"], **variables}
    exec(compile(_filled(operation, python(calls()[operation]), sandbox), operation, "exec"), scope)
    return scope["answer"]


def _run_typescript(sandbox: str, operation: str, **variables: str) -> Any:
    given = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in variables.items())
    script = (
        given + _filled(operation, typescript(calls()[operation]), sandbox) + "\nconsole.log(JSON.stringify(answer));"
    )
    node = [*command(ROOT / "clients", "node"), "--input-type=module", "--eval", script]
    done = subprocess.run(node, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_refused_call_raises(sandbox: str) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        _run_python(sandbox, "getApplication", token="not a token")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the samples call curl")
def test_curl_sends_forms_versions_and_files(sandbox: str, tmp_path: Path) -> None:
    (tmp_path / "policy.pdf").write_bytes(pdf())
    assert _run_curl(sandbox, "createInitialApplication", tmp_path)["reference"]
    assert _run_curl(sandbox, "getApplication", tmp_path)["id"] == _made(sandbox)["application"]
    uploaded = _run_curl(sandbox, "uploadPolicy", tmp_path, ETAG=_etag(sandbox, "uploadPolicy"))
    assert uploaded["current_version"]["file_name"] == "policy.pdf"
    refused = _run_curl(sandbox, "issueClientToken", tmp_path, CLIENT_ID="nobody", CLIENT_SECRET="nothing")
    assert refused["error"] == "invalid_client"


def test_python_sends_forms_versions_and_files(sandbox: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    (tmp_path / "policy.pdf").write_bytes(pdf())
    assert _run_python(sandbox, "createInitialApplication")["reference"]
    saved = _run_python(sandbox, "saveHistoryDetails", etag=_etag(sandbox, "saveHistoryDetails"))
    assert saved["legal_name"] == calls()["saveHistoryDetails"].body["legal_name"]
    uploaded = _run_python(sandbox, "uploadPolicy", etag=_etag(sandbox, "uploadPolicy"))
    assert uploaded["current_version"]["file_name"] == "policy.pdf"


def test_typescript_sends_json(sandbox: str) -> None:
    assert _run_typescript(sandbox, "createInitialApplication")["reference"]
    token = _made(sandbox)["token"]
    assert _run_typescript(sandbox, "getApplication", token=token)["id"] == _made(sandbox)["application"]


def test_every_operation_has_samples_that_parse() -> None:
    """Python compiles, Node accepts the TypeScript, the shell accepts the curl, and no placeholder is left."""
    assert len(calls()) >= 100
    for operation, call in calls().items():
        assert "{" not in call.path, operation
        compile(python(call), operation, "exec")
    functions = "\n".join(
        f"async function {name}(token, etag, file, clientId, clientSecret) {{\n{typescript(call)}\n}}"
        for name, call in calls().items()
    )
    node = [*command(ROOT / "clients", "node"), "--check", "-"]
    checked = subprocess.run(node, env=environment(), input=functions, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    shell = "\n".join(curl(call) for call in calls().values())
    assert subprocess.run(["sh", "-n"], input=shell, text=True, check=False).returncode == 0


def test_a_sample_sends_the_required_headers() -> None:
    """The token, the version and the key, according to the contract."""
    document = unserved_app().openapi()
    for path, item in with_samples(document)["paths"].items():
        for method, operation in item.items():
            if "x-codeSamples" not in operation:
                continue
            references = {one.get("$ref", "").rpartition("/")[2] for one in operation.get("parameters", ())}
            for sample in operation["x-codeSamples"]:
                source, where = sample["source"], (path, method, sample["lang"])
                assert ("Bearer" in source) == bool(operation["security"]), where
                assert ("If-Match" in source) == ("IfMatch" in references), where
                assert ("Idempotency-Key" in source) == bool(
                    references & {"IdempotencyKey", "RequiredIdempotencyKey"}
                ), where
    assert "x-codeSamples" not in json.dumps(document)
