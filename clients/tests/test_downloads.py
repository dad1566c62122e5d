"""The generated Python client keeps every download and gives its bytes, without being told of media types."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "clients" / "generated" / "openapi-python-client" / "centre_recognition_client" / "api"


def test_the_python_client_has_every_download() -> None:
    """It skips an answer whose media types it does not know; `application/octet-stream` is one that it does."""
    document = yaml.load((ROOT / "openapi" / "openapi.yaml").read_bytes(), yaml.CSafeLoader)
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    downloads = [operation["operationId"] for operation in operations if "206" in operation.get("responses", {})]
    assert len(downloads) >= 5
    for name in downloads:
        module = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        (file,) = CLIENT.glob(f"*/{module}.py")
        assert "response_200 = File(" in file.read_text(encoding="utf-8"), name
