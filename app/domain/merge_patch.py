"""JSON Merge Patch (RFC 7396), over plain JSON values."""

from collections.abc import Mapping
from typing import Any


def merge(target: Any, patch: Any) -> Any:
    """Return the target with the patch applied (RFC 7396, section 2). Neither argument is changed.

    In the patch, `null` removes a member, objects merge, and any other value, even a list, replaces.
    """
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged
