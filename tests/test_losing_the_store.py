"""The runbook "Losing the document store" in docs/operations.md, carried out on processes."""

import shutil
import time
from pathlib import Path

from tests.integrations.file_samples import pdf
from tests.test_store_processes import LARGE, command, serving, settings

__all__ = ["settings"]
ROOT = Path(__file__).parents[1]


def test_the_store_is_lost_and_restored_from_an_older_copy(settings: dict[str, str], tmp_path: Path) -> None:
    runbook = (ROOT / "docs/operations.md").read_text(encoding="utf-8").partition("### Losing the document store")[2]
    folder, copy, new = tmp_path / "data/documents", tmp_path / "copy", tmp_path / "new"
    with serving(settings, tmp_path) as server:
        old = server.publish(pdf()).json()
        shutil.copytree(folder, copy)
        late = server.publish(LARGE).json()
        shutil.rmtree(folder)
        time.sleep(1.1)
        assert server.client.get("/readyz").status_code == 503
        assert server.publish(pdf()).status_code == 503
        assert server.client.get("/v1/documents").status_code == 200
        assert server.client.get(f"/v1/documents/{old['id']}/content").status_code == 503
    # The copy was made by a tool that took the documents only.
    shutil.copytree(copy / "documents", new / "documents")
    restored = settings | {"DOCUMENT_STORE_URL": new.as_uri()}

    def run(words: str) -> tuple[int, str]:
        assert f"python -m app {words}\n" in runbook
        done = command(restored, *words.split())
        return done.returncode, done.stdout + done.stderr

    refused = command(restored, "serve")
    assert (refused.returncode, "documents adopt" in refused.stderr) == (1, True), refused.stderr
    assert run("documents adopt")[0] == 0
    status, told = run("documents verify")
    assert status == 1
    assert [line for line in told.splitlines() if line.startswith("missing")] == [f"missing  documents/{late['id']}"]
    with serving(restored, tmp_path) as server:
        assert server.client.get("/readyz").status_code == 200
        assert server.client.get(f"/v1/documents/{old['id']}/content").content == pdf()
        lost = server.client.get(f"/v1/documents/{late['id']}/content")
        assert (lost.status_code, lost.json()["code"]) == (503, "document_damaged")
        assert "centre_recognition_documents_damaged 1.0" in server.client.get("/metrics").text
        assert server.publish(LARGE).status_code == 201
        # Found after all, in another copy.
        (new / "documents" / late["id"]).write_bytes(LARGE)
        assert run("documents verify")[0] == 0
        assert server.client.get(f"/v1/documents/{late['id']}/content").content == LARGE
        assert "centre_recognition_documents_damaged 0.0" in server.client.get("/metrics").text
