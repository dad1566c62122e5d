"""Walk the whole process at random, and compare the product with a plain model of it after every move."""

import asyncio
import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import httpx
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from pydantic import BaseModel

from app.domain.policies import PolicyKey
from app.samples import casework, sample_policy
from app.services.story import centre, operations, staff
from app.services.story.beginning import add_contacts
from app.services.story.script import Act, Operation, Part, Scene, Script, Step
from faults.casting import Cast, Refused
from faults.check import Break, Check, Found, Sizes
from faults.model import CLOSED, MOVES, POLICIES, Model, temptations
from faults.world import World

_STEPS = 50
_BOTH_ROLES = (
    "UPDATE staff_members SET roles = '{centre_lead,quality_assurance_manager}', version = version + 1 "
    "WHERE person_id = $1"
)
_REFUSALS = (403, 404, 409, 422)
_WEIGHTS = {"withdraw": 0.1, "decide": 0.1, "reverse": 2}
_STARTS = {
    "draft": Model("draft", policies=0, filled=False, legal_name=False, agreed=False),
    "ready_to_submit": Model("draft"),
    "submitted": Model("submitted"),
    "awaiting_payment": Model("awaiting_payment"),
    "in_review": Model("in_review"),
    "interview_held": Model("in_review", held=True),
    "awaiting_decision": Model("awaiting_decision", held=True, recommended=True),
}


class _Walk(RuleBasedStateMachine):
    """One application, from one of the sandbox's states."""

    http: ClassVar[httpx.Client]
    world: ClassVar[World]
    steps: ClassVar[int] = 0
    refused: ClassVar[int] = 0

    @initialize(state=st.sampled_from(list(_STARTS)))
    def begin(self, state: str) -> None:
        made = self.http.post("/v1/sandbox/applications", json={"state": state}).raise_for_status().json()
        people = {Part(name): person for name, person in made["staff"].items() if name != "administrator"}
        people |= {Part.SUPER_USER: made["super_user"], Part.USER: made["user"]}
        self.cast = Cast(self.http, people)
        ids = {"application": made["id"], "centre": made["centre_id"]}
        # What is not there yet has an address all the same, at which nothing is found.
        ids |= {"invoice": made["invoice_id"] or made["id"], "interview": made["interview_id"] or made["id"]}
        ids["centre_lead"] = people[Part.CENTRE_LEAD]["person_id"]
        self.scene = Scene(made["reference"].lower(), datetime.now(UTC), ids=ids)
        self.trail = [state]
        self.model = replace(_STARTS[state], payments=[])
        self.paid: list[str] = []
        self._note_invoice()
        self.newest = self._timeline()[0]["id"]
        self._let_lead_decide(ids["centre_lead"])

    def _let_lead_decide(self, person_id: str) -> None:
        """Give the centre lead the manager's role too, as an operator does.

        Only their own recommendation then stands in the way.
        """

        async def give() -> None:
            async with self.world.connection() as connection:
                await connection.execute(_BOTH_ROLES, UUID(person_id))

        asyncio.run(give())

    def _note_invoice(self) -> None:
        shown = self.cast.ask(Part.FINANCE, "GET", f"/v1/applications/{self.scene.ids['application']}")
        if shown["invoice_id"] is not None:
            self.scene.ids["invoice"] = shown["invoice_id"]
            invoice = self.cast.ask(Part.FINANCE, "GET", f"/v1/invoices/{shown['invoice_id']}")
            self.model.fee = invoice["total"]["amount"]
            self.model.due = invoice["due"]["amount"]
            self.paid = [entry["id"] for entry in invoice["entries"]]
            self.model.payments = [entry["amount"]["amount"] for entry in invoice["entries"]]

    @rule(number=st.integers(0, 2**32))
    def move(self, number: int) -> None:
        """Mostly what is possible, often what is nearly so, and seldom what ends the walk."""
        chance = random.Random(number)
        possible = [name for name, move in MOVES.items() if move.may(self.model)]
        (names,) = chance.choices([possible, temptations(self.model), list(MOVES)], [5, 3, 1])
        names = names or list(MOVES)
        self._try(*chance.choices(names, [_WEIGHTS.get(name, 1) for name in names]))

    @precondition(lambda self: self.model.status in CLOSED)
    @rule(state=st.sampled_from(list(_STARTS)))
    def begin_again(self, state: str) -> None:
        self.begin(state)

    @precondition(lambda self: self.model.status in ("draft", "returned") and self.model.policies < POLICIES)
    @rule(count=st.integers(1, 6))
    def upload(self, count: int) -> None:
        keys = list(PolicyKey)[self.model.policies : self.model.policies + count]

        def act(_: Scene) -> Script:
            for key in keys:
                yield Step(Part.USER, operations.UPLOAD_POLICY, {}, {"policy": key.value}, sample_policy(key))

        self._succeed("upload", act)
        self.model.policies += len(keys)

    @precondition(lambda self: self.model.status in ("draft", "returned") and not self.model.filled)
    @rule()
    def fill_in(self) -> None:
        for act in (
            add_contacts,
            centre.fill_in_super_users_groups,
            centre.fill_in_users_groups,
            centre.describe_experience,
            centre.name_delivery_staff,
        ):
            self._succeed("fill in", act)
        self.model.filled = self.model.legal_name = True

    @precondition(lambda self: self.model.status == "returned" and self.model.open_items > 0)
    @rule()
    def answer(self) -> None:
        self._succeed("answer", centre.answer_items)
        self.model.open_items = 0

    def _succeed(self, name: str, act: Act) -> None:
        type(self).steps += 1
        self.trail.append(name)
        refused = self._play(act)
        assert refused is None, f"{name} was refused with {refused}, after {self.trail}"
        self.newest = self._timeline()[0]["id"]

    def _play(self, act: Act) -> Refused | None:
        try:
            self.cast.play(act, self.scene)
        except Refused as refused:
            return refused
        return None

    def _try(self, name: str) -> None:
        type(self).steps += 1
        self.trail.append(name)
        move, before = MOVES[name], replace(self.model)
        refused = self._play(_ACTS[name](self))
        if refused is not None:
            type(self).refused += 1
            assert not move.may(before), f"{name} was refused with {refused}, after {self.trail}"
            assert refused.status in _REFUSALS, f"{name} was refused with {refused}, after {self.trail}"
            assert self._timeline()[0]["id"] == self.newest, f"{name} was refused and left an event, after {self.trail}"
        else:
            assert move.may(before), f"{name} was let through, after {self.trail}"
            if name == "pass":
                self._note_invoice()
            move.then(self.model)
            events = [event["type"] for event in self._new_events()]
            due = "application.resubmitted" if name == "submit" and before.status == "returned" else move.event
            assert events.count(due) == 1, f"{name} left the events {events}, after {self.trail}"
        self._compare()

    def _compare(self) -> None:
        shown = self.cast.ask(Part.CENTRE_LEAD, "GET", f"/v1/applications/{self.scene.ids['application']}")
        assert shown["status"] == self.model.status, f"{shown['status']} after {self.trail}, not {self.model.status}"
        if self.model.due is not None:
            invoice = self.cast.ask(Part.FINANCE, "GET", f"/v1/invoices/{self.scene.ids['invoice']}")
            balance = invoice["due"]["amount"] - invoice["credit_balance"]["amount"]
            assert balance == self.model.due, f"{balance} pence are due after {self.trail}, not {self.model.due}"
        try:
            self.cast.ask(Part.CENTRE_LEAD, "GET", f"/v1/centres/{self.scene.ids['centre']}/recognition")
            certified = True
        except Refused:
            certified = False
        assert certified == self.model.certified, f"certificate: {certified}, after {self.trail}"

    def _timeline(self) -> list[dict[str, Any]]:
        address = f"/v1/applications/{self.scene.ids['application']}/timeline?order=newest_first&limit=20"
        items: list[dict[str, Any]] = self.cast.ask(Part.CENTRE_LEAD, "GET", address)["items"]
        return items

    def _new_events(self) -> list[dict[str, Any]]:
        events = self._timeline()
        ids = [event["id"] for event in events]
        new = events[: ids.index(self.newest)] if self.newest in ids else events
        self.newest = ids[0]
        return new


def _arrange(walk: _Walk) -> Act:
    """The sandbox's clock decides what is to come."""
    now = datetime.fromisoformat(walk.http.get("/v1/sandbox/clock").json()["now"])

    def act(scene: Scene) -> Script:
        body = casework.interview(now + timedelta(seconds=30))
        made = yield Step(Part.CENTRE_LEAD, operations.ARRANGE, body)
        scene.ids["interview"] = made["id"]

    return act


def _hold(walk: _Walk) -> Act:
    walk.http.post("/v1/sandbox/clock", json={"by_seconds": 40}).raise_for_status()
    return staff.hold_interview


def _pay(pence: int) -> "Callable[[_Walk], Act]":
    """Pay so much; 0 for what is due, or a penny."""

    def of(walk: _Walk) -> Act:
        def act(scene: Scene) -> Script:
            amount = pence or max(walk.model.due or 0, 1)
            body = {"amount": {"amount": amount, "currency": "GBP"}, "method": "bank_transfer"}
            made = yield Step(Part.FINANCE, operations.RECORD_PAYMENT, {**body, "received_on": scene.today.isoformat()})
            walk.paid.append(made["id"])

        return act

    return of


def _reverse(walk: _Walk) -> Act:
    def act(scene: Scene) -> Script:
        payment = walk.paid[-1] if walk.paid else scene.ids["application"]
        yield Step(Part.FINANCE, _REVERSE, {"reason": "The bank returned it."}, {"payment": payment})
        walk.paid.pop()

    return act


def _edit(part: Part, **body: object) -> "Callable[[_Walk], Act]":
    def of(walk: _Walk) -> Act:
        text = {"website": f"https://www.example.org/{len(walk.trail)}"}
        return lambda scene: iter_of(Step(part, operations.SAVE_GROUP, {**text, **body}, {"group": "history"}))

    return of


def _always(act: Act) -> "Callable[[_Walk], Act]":
    return lambda walk: act


def iter_of(step: Step) -> Script:
    """The script of one step."""
    yield step


def _decide_as_recommender(scene: Scene) -> Script:
    body = {"outcome": "accept", "reasons": "I said so."}
    yield Step(Part.CENTRE_LEAD, operations.DECIDE, body)


async def _unused(_: object) -> BaseModel:
    raise NotImplementedError


_REVERSE = Operation("POST", "/v1/invoices/{invoice}/payments/{payment}/reversal", _unused)
_ACTS: "Mapping[str, Callable[[_Walk], Act]]" = {
    "submit": _always(centre.submit),
    "return": _always(staff.return_at_initial_review),
    "pass": _always(lambda scene: iter_of(Step(Part.CUSTOMER_EXPERIENCE, operations.REVIEW, {"outcome": "pass"}))),
    "return as lead": _always(staff.return_by_centre_lead),
    "arrange": _arrange,
    "hold": _hold,
    "recommend": _always(staff.recommend),
    "decide": _always(staff.accept),
    "decide as recommender": _always(_decide_as_recommender),
    "refer back": _always(staff.refer_back),
    "withdraw": _always(centre.withdraw),
    "pay a part": _pay(100),
    "pay the rest": _pay(0),
    "reverse": _reverse,
    "blank a field": _edit(Part.SUPER_USER, legal_name=None),
    "fill it in": _edit(Part.SUPER_USER, legal_name="Harbour Lane Learning Limited"),
    "agree": _always(centre.agree),
}


async def _model(world: World, sizes: Sizes) -> Found:
    found = Found()
    async with world.connection() as connection:
        await connection.execute("UPDATE deployment SET sandbox = true")
    server = await world.serve({"SANDBOX": "true"})
    chosen = settings(
        max_examples=5,
        stateful_step_count=_STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60, trust_env=False) as http:
        walk: type[_Walk] = type("Walk", (_Walk,), {"http": http, "world": world, "steps": 0, "refused": 0})
        try:
            for number in itertools.count():
                await asyncio.to_thread(run_state_machine_as_test, seed(number)(walk), settings=chosen)
                if walk.steps >= sizes["steps"]:
                    break
        except AssertionError as error:
            found.wrong.append(str(error).splitlines()[0])
    found.figures |= {"steps": walk.steps, "refused as they must": walk.refused}
    return found


MODEL = Check(
    "random process",
    "Whatever people try in whatever order, the product does what a plain model of the process does: no submission "
    "that is incomplete, no step past an unpaid invoice, nobody decides on their own recommendation, no certificate "
    "without acceptance, one event for each change.",
    "no difference",
    quick={"steps": 120},
    full={"steps": 25_000},
    run=_model,
    control=Break("an unpaid invoice stops nothing", patch="fee_not_asked_for"),
    beside=True,
)
