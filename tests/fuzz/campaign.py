"""Schemathesis 4 against the served landscape: the phases examples, coverage, fuzzing and stateful, all checks on."""

import json
import re
import time
import tomllib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis.stateful
import schemathesis
from hypothesis import strategies as st
from schemathesis.auths import AuthContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core import INTERNAL_BUFFER_SIZE
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from schemathesis.generation.case import Case
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER, HookContext

from openapi.schemathesis.exceptions import Accepted
from openapi.schemathesis.exceptions import accepted as explained
from tests.contract.operations import operation as find_operation
from tests.fuzz.formats import register_formats
from tests.fuzz.stage import ServedLandscape

PHASES = ("examples", "coverage", "fuzzing", "stateful")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
AnyCase = Case[Any]
# The configuration that testers use too: expected statuses for valid and invalid data.
SHIPPED = Path(__file__).parents[2] / "openapi" / "schemathesis" / "schemathesis.toml"


@dataclass
class Report:
    """The statistics and findings of a campaign."""

    cases: Counter[str] = field(default_factory=Counter)
    """By phase."""
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By operation and status."""
    failures: dict[str, str] = field(default_factory=dict)
    """What is wrong, each once, with how to repeat it."""
    used: set[Accepted] = field(default_factory=set)
    walks: list[list[str]] = field(default_factory=list)
    """Chains of operations that links alone led through, to a submitted application."""
    seconds: float = 0

    @property
    def total(self) -> int:
        return sum(self.cases.values())


def configuration(seed: int, examples: int, phases: Sequence[str], scenarios: int, steps: int) -> SchemathesisConfig:
    """The settings of a campaign: every check on, and a seed that repeats it."""
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "generation": {"max-examples": examples, "deterministic": False, "database": "none"},
            "continue-on-failure": True,
            # A slow response on a busy machine is not a finding.
            "request-timeout": 60,
            "phases": {name: {"enabled": name in phases} for name in PHASES}
            | {
                "stateful": {
                    "enabled": "stateful" in phases,
                    "max-steps": steps,
                    "generation": {"max-examples": scenarios},
                    "inference": {"algorithms": []},
                },
            },
            "checks": tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["checks"],
        }
    )


def credentials(stage: ServedLandscape) -> type:
    """The credentials for each operation, as a class for Schemathesis."""

    class Credentials:
        def get(self, case: AnyCase, context: AuthContext) -> dict[str, str]:
            return stage.headers(operation_id(case), walking=is_walk(case), of=case.path_parameters)

        def set(self, case: AnyCase, data: dict[str, str], context: AuthContext) -> None:
            case.headers.update(data)

    return Credentials


def operation_id(case: AnyCase) -> str:
    """The `operationId` of the case."""
    return str(case.operation.definition.raw["operationId"])


def is_walk(case: AnyCase) -> bool:
    """True in the stateful phase."""
    return case.meta is not None and case.meta.phase.name.value == "stateful"


class Guide:
    """Points generated requests at what exists, so that not everything is answered 404 or 412.

    Only what the generator made up is replaced, and never what is wrong on purpose; an id or an ETag that an answer
    named is what a link or the pool of seen values put there, and stays.
    """

    def __init__(self, stage: ServedLandscape, report: Report) -> None:
        self.stage, self.report = stage, report
        self.at: tuple[str, str] | None = None
        self.changed = False
        self.named: set[str] = set()
        self.numbers = count(1)
        self.keys: set[str] = set()
        """Keys that stand for an answer: what is sent with one of them again is not judged, but answered as before."""

    def before_call(self, context: HookContext, case: AnyCase, kwargs: dict[str, Any]) -> None:
        """Start each operation on a fresh landscape; so does each walk (see `campaign`)."""
        if case.meta is None:
            return
        phase, operation = case.meta.phase.name.value, operation_id(case)
        if phase != "stateful" and self.at != (phase, operation) and self.changed:
            self.begin()
        self.at = (phase, operation)
        walking = phase == "stateful"
        if not case.meta.is_negative_at(ParameterLocation.PATH) and case.path_parameters:
            names = [name for name, value in case.path_parameters.items() if self._made_up(value)]
            case.path_parameters.update(self.stage.path_values(operation, names, walking=walking))
        right_body = not case.meta.is_negative_at(ParameterLocation.BODY)
        if operation == "createSandboxApplication" and walking and right_body and isinstance(case.body, dict):
            # A walk starts with a centre that only has to submit.
            case.body |= {"centre_id": None, "state": "ready_to_submit"}
        right = not case.meta.is_negative_at(ParameterLocation.HEADER)
        if "Idempotency-Key" in case.headers and (right or case.headers["Idempotency-Key"] in self.keys):
            # The generator tends to reuse one key, and then only the first request is processed.
            case.headers["Idempotency-Key"] = f"key-{next(self.numbers)}"
        tag = case.headers.get("If-Match")
        if tag is not None and not walking and not case.meta.is_negative_at(ParameterLocation.HEADER):
            current = self.stage.entity_tag(
                operation, case.path_parameters, self.stage.headers(operation, walking=False)
            )
            if current is not None and self._made_up(tag):
                case.headers["If-Match"] = current

    def _made_up(self, value: Any) -> bool:
        """True for a value that no response named. One in sixteen, chosen by hash, stays, so that 404 is tested too."""
        return str(value) not in self.named and zlib.crc32(str(value).encode("utf-8", "replace")) % 16 != 0

    def after_call(self, context: HookContext, case: AnyCase, response: Response) -> None:
        """Remember the ids and ETags in the response."""
        self.report.statuses[operation_id(case), response.status_code] += 1
        self.changed |= case.method.upper() != "GET" and response.status_code < 300
        if "Idempotency-Key" in case.headers and response.status_code < 300:
            self.keys.add(case.headers["Idempotency-Key"])
        if operation_id(case) == "createSandboxApplication" and response.status_code == 201:
            made = response.json()
            self.stage.sign_in(made["super_user"], (made["id"], made["centre_id"]))
        self.named.update(
            _ID.findall(response.content.decode()) if "json" in str(response.headers.get("content-type")) else ()
        )
        self.named.update(response.headers.get("etag", ()))

    def filter_failure(self, context: HookContext, failure: Failure, case: AnyCase, response: Response) -> bool:
        """Drop failures explained by accepted exceptions, and record that those are needed."""
        found = accepted(failure, operation_id(case), response)
        self.report.used.update(found)
        return not found

    def begin(self) -> None:
        """Reset the landscape."""
        self.stage.reset()
        self.named.clear()
        self.changed = False


def accepted(failure: Failure, operation: str, response: Response) -> list[Accepted]:
    """Answer the exceptions that explain this failure."""
    parameters = find_operation(operation).described.get("parameters", ())
    return explained(failure, operation, [one["name"] for one in parameters if one["in"] == "query"], response)


@contextmanager
def _hooked(guide: Guide) -> Iterator[None]:
    hooks: list[Callable[..., Any]] = [guide.before_call, guide.after_call, guide.filter_failure]
    for hook in hooks:
        GLOBAL_HOOK_DISPATCHER.register_hook_with_name(hook, hook.__name__)
    try:
        yield
    finally:
        for hook in hooks:
            GLOBAL_HOOK_DISPATCHER.unregister(hook)


def campaign(
    document: dict[str, Any],
    stage: ServedLandscape,
    config: SchemathesisConfig,
    only: Sequence[str] = (),
    *,
    every_link: bool = False,
) -> Report:
    """Run the phases that the configuration switches on, on all operations or `only` some of them.

    `every_link` has each walk choose from all links. Otherwise Hypothesis switches some off at random in each walk,
    which finds more, and leads to the end of a long way too seldom.
    """
    report, begun = Report(), time.monotonic()
    guide = Guide(stage, report)
    register_formats()
    schema: Any = schemathesis.openapi.from_dict(document, config=config)
    schema.config.update(base_url=stage.address)
    schema.auth(cache_by_key=partial(_who_asks, stage))(credentials(stage))
    if only:
        schema = schema.include(operation_id=list(only))
    build = schema.build_state_machine

    def building(**given: Any) -> Any:
        made = build(**given)

        class Walk(made):  # type: ignore[misc, valid-type]
            def __init__(self) -> None:
                guide.begin()
                super().__init__()
                if every_link:
                    # Schemathesis raises this bound on what a case may draw everywhere else; here it ends long walks.
                    hypothesis.stateful.BUFFER_SIZE = INTERNAL_BUFFER_SIZE  # type: ignore[attr-defined]
                    self._rules_strategy.enabled_rules_strategy = st.builds(_EveryLink)

        return Walk

    schema.build_state_machine = building
    with _hooked(guide):
        for event in from_schema(schema).execute():
            _take_in(event, report)
    report.seconds = time.monotonic() - begun
    return report


class _EveryLink:
    """Replaces Hypothesis's random choice of rules."""

    def is_enabled(self, name: object) -> bool:
        """Always."""
        return True


def _who_asks(stage: ServedLandscape, case: AnyCase, context: AuthContext) -> str:
    return json.dumps(stage.headers(operation_id(case), walking=is_walk(case), of=case.path_parameters))


def _take_in(event: events.EngineEvent, report: Report) -> None:
    if isinstance(event, events.NonFatalError):
        report.failures.setdefault(f"{event.phase} {event.label}: {event.value!r}"[:2000], "")
    if isinstance(event, events.FatalError):
        raise event.exception
    if not isinstance(event, events.ScenarioFinished):
        return
    recorder = event.recorder
    report.cases[event.phase.value.lower()] += len(recorder.interactions)
    for identity, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            failure = check.failure_info.failure
            case = recorder.cases[identity].value
            interaction = recorder.interactions.get(identity)
            answered = interaction.response if interaction else None
            answer = answered.content[:700].decode("utf-8", "replace") if answered is not None else ""
            status = answered.status_code if answered is not None else "nothing"
            key = f"{event.phase.value}: {operation_id(case)} → {status}: {failure.title}: {failure.message}"
            report.failures.setdefault(key[:1500], f"{answer}\n{check.failure_info.code_sample[:1500]}")
    if event.phase.value.lower().startswith("stateful"):
        report.walks += list(_walks(recorder))


def _walks(recorder: Any) -> Iterator[list[str]]:
    """Each chain of steps that ends with a submitted application."""
    for identity, node in recorder.cases.items():
        interaction = recorder.interactions.get(identity)
        done = interaction is not None and interaction.response is not None and interaction.response.status_code == 201
        if operation_id(node.value) != "submitApplication" or not done:
            continue
        chain = []
        step: Any = node
        while step is not None:
            chain.append(operation_id(step.value))
            step = recorder.cases.get(step.parent_id) if step.is_transition_applied else None
        yield chain[::-1]
