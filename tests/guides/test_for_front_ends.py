"""The sample answers of `docs/for-front-ends.md` are what the contract says. Its program runs in `clients/tests`."""

import json
import re

import jsonschema_rs
import pytest
import yaml

from tests.typed import ROOT

PAGE = (ROOT / "docs" / "for-front-ends.md").read_text(encoding="utf-8")
SAMPLES = re.findall(r"<!-- answer (\w+) -->\n```json\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture(scope="module")
def contract() -> dict[str, object]:
    found: dict[str, object] = yaml.load((ROOT / "openapi/openapi.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return found


@pytest.mark.parametrize(("schema", "sample"), SAMPLES, ids=[schema for schema, _ in SAMPLES])
def test_a_sample_answer_is_one_of_the_contract(contract: dict[str, object], schema: str, sample: str) -> None:
    wanted = {"$ref": f"#/components/schemas/{schema}", "components": contract["components"]}
    jsonschema_rs.validator_for(wanted).validate(json.loads(sample))


def test_there_are_samples() -> None:
    assert len(SAMPLES) == len(re.findall(r"^```json$", PAGE, flags=re.MULTILINE)) > 3
