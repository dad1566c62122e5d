"""What no route declares stands in `skeleton.yaml`, in OpenAPI's own terms, and in `introduction.md`, as prose."""

from pathlib import Path

import yaml

from app.domain.json_values import JsonObject
from app.schemas.formats import FORMATS

_FOLDER = Path(__file__).parent


def skeleton() -> JsonObject:
    """Read both files. The introduction ends with the contract's named formats."""
    document: JsonObject = yaml.safe_load((_FOLDER / "skeleton.yaml").read_text(encoding="utf-8"))
    introduction = (_FOLDER / "introduction.md").read_text(encoding="utf-8")
    formats = "\n".join(
        f"- `{name}`: {described.meaning} {', '.join(f'`{sample}`' for sample in described.samples)}."
        for name, described in FORMATS.items()
    )
    document["info"]["description"] = f"{introduction}\n{formats}"
    return document
