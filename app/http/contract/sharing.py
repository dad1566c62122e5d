"""Components: what stands in several places of the document stands once, and the places refer to it."""

import json
from collections import Counter
from collections.abc import Callable, Iterable

from app.domain.json_values import JsonObject


def reference(kind: str, name: str) -> JsonObject:
    """Refer to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def share(kind: str, parts: Iterable[JsonObject], name_of: Callable[[JsonObject], str | None]) -> JsonObject:
    """Turn equal parts into references; returns the components. A part whose name is None or taken stays."""
    found = [(part, json.dumps(part, sort_keys=True)) for part in parts if "$ref" not in part]
    uses = Counter(text for _, text in found)
    texts: dict[str, str] = {}
    components: JsonObject = {}
    for part, text in found:
        name = name_of(part) if uses[text] > 1 else None
        if name is not None and texts.setdefault(name, text) == text:
            components[name] = dict(part)
            part.clear()
            part |= reference(kind, name)
    return components


def drop_unused(document: JsonObject) -> None:
    """Remove components that nothing refers to, until none is left, and sort the others."""
    components = document["components"]
    while True:
        text = json.dumps(document)
        unused = [
            (kind, name)
            for kind, found in components.items()
            if kind != "securitySchemes"
            for name in found
            if f'"#/components/{kind}/{name}"' not in text
        ]
        if not unused:
            break
        for kind, name in unused:
            del components[kind][name]
    for kind in components:
        components[kind] = dict(sorted(components[kind].items()))
