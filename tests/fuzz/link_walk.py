"""A walk along the contract's links only, as any tool that supports OpenAPI links can do it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.conformance.answers import Contract
from tests.contract.who_may import WHO_MAY, expected
from tests.fuzz.stage import ServedLandscape
from tests.integrations.file_samples import rtf

# How often one link to a read operation is followed.
_MOST = 5


@dataclass(frozen=True)
class Step:
    """A response, its request, and the steps that led to it."""

    operation: str
    path: dict[str, str]
    answer: httpx.Response
    before: "Step | None" = None

    @property
    def way(self) -> list[str]:
        """The operations from the first step."""
        return [*(self.before.way if self.before else ()), self.operation]


def walk(contract: Contract, stage: ServedLandscape, start: str, end: str, without: set[str]) -> Step | None:
    """Follow every link of every answer from the first operation on, the newest answer first, until the last succeeds.

    What has been done is not done again; what was refused is tried again when another answer leads to it. Links to what
    a centre's super user may not do are left out, and those to the operations in `without`.
    """
    followed = Counter[str]()
    path = {"centre_id": stage.others["centre_id"]}
    with httpx.Client(base_url=stage.address, trust_env=False, timeout=60) as client:
        waiting = [iter([Step(start, path, _ask(contract, stage, client, start, path, {}, None))])]
        while waiting:
            step = next(waiting[-1], None)
            if step is None:
                waiting.pop()
            elif step.operation == end:
                return step
            else:
                waiting.append(_reached(contract, stage, client, step, followed, without))
    return None


def _reached(
    contract: Contract,
    stage: ServedLandscape,
    client: httpx.Client,
    step: Step,
    followed: Counter[str],
    without: set[str],
) -> Iterator[Step]:
    """Lazily follow the links of a response."""
    for name, link in _links(contract, step):
        target, key = link["operationId"], f"{step.operation} {name}"
        if target in without or followed[key] >= _MOST or expected(target)["super_user"] != "+":
            continue
        reached = _follow(contract, stage, client, step, link)
        if reached is not None and reached.answer.is_success:
            followed[key] += 1 if contract.operations[target][1] == "get" else _MOST
            yield reached


def _links(contract: Contract, step: Step) -> Iterator[tuple[str, dict[str, Any]]]:
    found = contract.response(step.operation, step.answer.status_code)
    described = found[0].get("links", {}) if found else {}
    yield from ((name, link) for name, link in described.items() if link["operationId"] in WHO_MAY)


def _follow(
    contract: Contract, stage: ServedLandscape, client: httpx.Client, step: Step, link: dict[str, Any]
) -> Step | None:
    path: dict[str, str] = {}
    headers: dict[str, str] = {}
    try:
        for parameter, expression in link.get("parameters", {}).items():
            place, _, name = parameter.partition(".")
            (path if place == "path" else headers)[name] = str(evaluate(expression, step))
        body = evaluate(link.get("requestBody"), step)
    except LookupError:
        # The answer lacks what the link would take from it, such as the first item of an empty list.
        return None
    answer = _ask(contract, stage, client, link["operationId"], path, headers, body)
    return Step(link["operationId"], path, answer, step)


def evaluate(expression: Any, step: Step) -> Any:
    """A runtime expression's value (OpenAPI 3.1, section Runtime Expressions); anything else as it is.

    Raises `LookupError` for what is not there.
    """
    if isinstance(expression, dict):
        return {name: evaluate(value, step) for name, value in expression.items()}
    if isinstance(expression, list):
        return [evaluate(value, step) for value in expression]
    if not isinstance(expression, str) or not expression.startswith("$"):
        return expression
    if expression.startswith("$response.header."):
        return step.answer.headers[expression.removeprefix("$response.header.")]
    if expression.startswith("$request.path."):
        return step.path[expression.removeprefix("$request.path.")]
    found = step.answer.json()
    for part in expression.removeprefix("$response.body#/").split("/"):
        found = found[int(part)] if isinstance(found, list) else found[part]
    if found is None:
        raise LookupError(expression)
    return found


def _ask(
    contract: Contract,
    stage: ServedLandscape,
    client: httpx.Client,
    operation: str,
    path: dict[str, str],
    headers: dict[str, str],
    body: Any,
) -> httpx.Response:
    """Send the request. Without a body in the link, use the operation's example, or a document for an upload."""
    template, method = contract.operations[operation]
    described = contract.document["paths"][template][method].get("requestBody", {}).get("content", {})
    more: dict[str, Any] = {}
    if "multipart/form-data" in described:
        more = {"files": {"file": ("document.rtf", rtf(), "application/rtf")}}
    elif described:
        more = {"json": stage.operations[operation].example if body is None else body}
    given = stage.headers(operation, walking=True) | headers
    return client.request(method, template.format_map(path), headers=given, **more)
