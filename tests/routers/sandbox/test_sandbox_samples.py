"""Sample policy files, downloaded from the sandbox and uploaded like any other file (R13)."""

from hashlib import sha256
from typing import Any

import pytest

from app.domain.policies import PolicyKey
from app.domain.sandbox import SamplePolicyKey
from tests.routers.sandbox.conftest import Sandbox

_LIST = "/v1/sandbox/sample-policies"


async def test_an_unknown_sample_is_not_found(sandbox: Sandbox) -> None:
    answer = await sandbox.client.get(f"{_LIST}/menu/content")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    unknown = await sandbox.client.get(f"{_LIST}?kind=pdf")
    assert unknown.status_code == 422


async def test_there_is_a_file_for_every_policy(sandbox: Sandbox) -> None:
    items = (await sandbox.client.get(_LIST)).json()["items"]
    assert [item["key"] for item in items] == [key.value for key in SamplePolicyKey]
    assert {item["policy"] for item in items if item["refused_with"] is None} == {key.value for key in PolicyKey}
    assert [item["refused_with"] for item in items if item["refused_with"]] == [
        "unknown_kind",
        "damaged",
        "active_content",
    ]


async def test_a_download_can_be_whole_partial_or_304(sandbox: Sandbox) -> None:
    item = (await sandbox.client.get(_LIST)).json()["items"][0]
    whole = await sandbox.client.get(item["content_path"])
    assert (whole.status_code, whole.headers["content-type"]) == (200, item["media_type"])
    assert item["file_name"] in whole.headers["content-disposition"]
    assert (len(whole.content), sha256(whole.content).hexdigest()) == (item["size_bytes"], item["sha256"])
    part = await sandbox.client.get(item["content_path"], headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, whole.content[:4])
    same = await sandbox.client.get(item["content_path"], headers={"If-None-Match": whole.headers["etag"]})
    assert same.status_code == 304
    past = await sandbox.client.get(item["content_path"], headers={"Range": f"bytes={item['size_bytes']}-"})
    assert past.status_code == 416


@pytest.mark.parametrize("key", SamplePolicyKey)
async def test_uploading_each_sample_has_the_documented_outcome(sandbox: Sandbox, key: SamplePolicyKey) -> None:
    items: list[dict[str, Any]] = (await sandbox.client.get(_LIST)).json()["items"]
    item = next(found for found in items if found["key"] == key.value)
    content = (await sandbox.client.get(item["content_path"])).content
    made = await sandbox.application("draft")
    address = f"/v1/applications/{made['id']}/policies/{item['policy']}"
    headers = await sandbox.sign_in(made["user"])
    headers["If-Match"] = (await sandbox.client.get(address, headers=headers)).headers["etag"]
    files = {"file": (item["file_name"], content, item["media_type"])}
    answer = await sandbox.client.put(address, files=files, headers=headers)
    if item["refused_with"] is None:
        assert answer.status_code == 200, answer.text
        assert answer.json()["current_version"]["sha256"] == item["sha256"]
    else:
        assert answer.status_code in (415, 422), answer.text
        assert item["refused_with"] in answer.text
