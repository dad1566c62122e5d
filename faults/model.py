"""The process of one application in plain Python: what each move needs, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

EDITABLE = ("draft", "returned")
CLOSED = ("accepted", "accepted_with_actions", "rejected", "withdrawn")
POLICIES = 11


@dataclass
class Model:
    """Where an application stands. Money is in pence."""

    status: str
    policies: int = POLICIES
    filled: bool = True
    legal_name: bool = True
    agreed: bool = True
    open_items: int = 0
    with_lead: bool = False
    """The centre lead returned it, and gets it back."""
    fee: int = 0
    due: int | None = None
    """What is owed; None before there is an invoice, negative for a credit balance."""
    payments: list[int] = field(default_factory=list)
    interview: bool = False
    """One is arranged."""
    held: bool = False
    recommended: bool = False

    @property
    def complete(self) -> bool:
        """Nothing is missing for a submission."""
        ready = self.policies == POLICIES and self.filled and self.legal_name and self.agreed
        return ready and not self.open_items

    @property
    def paid(self) -> bool:
        """There is an invoice, and nothing is due on it."""
        return self.due is not None and self.due <= 0

    @property
    def certified(self) -> bool:
        """The centre has its certificate."""
        return self.status in ("accepted", "accepted_with_actions")

    def submit(self) -> None:
        self.status = "in_review" if self.with_lead else "submitted"

    def pass_review(self) -> None:
        self.status, self.due = "awaiting_payment", self.fee

    def send_back(self) -> None:
        self.with_lead = self.status == "in_review"
        self.status, self.open_items = "returned", 2

    def pay(self, pence: int) -> None:
        assert self.due is not None
        self.due -= pence
        self.payments.append(pence)
        if self.status == "awaiting_payment" and self.due <= 0:
            self.status = "in_review"

    def reverse(self) -> None:
        assert self.due is not None
        self.due += self.payments.pop()

    def withdraw(self) -> None:
        self.status, self.interview = "withdrawn", False
        if self.due is not None:
            self.due = min(self.due, 0)


def _set(name: str, value: object) -> Callable[[Model], None]:
    return lambda model: setattr(model, name, value)


def _hold(model: Model) -> None:
    model.interview, model.held = False, True


def _recommend(model: Model) -> None:
    model.status, model.recommended = "awaiting_decision", True


@dataclass(frozen=True)
class Move:
    """`may` tells whether the product must carry it out; otherwise it must refuse it and change nothing."""

    may: Callable[[Model], bool]
    then: Callable[[Model], None]
    event: str
    """The type of the one event that a change leaves."""


def _with_lead(model: Model) -> bool:
    return model.status == "in_review" and model.paid


def _edits(model: Model) -> bool:
    return model.status in EDITABLE


_DECIDES = Move(
    lambda model: model.status == "awaiting_decision" and model.paid, _set("status", "accepted"), "application.decided"
)
MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "submit": Move(
            lambda model: model.status in EDITABLE and model.complete and (not model.with_lead or model.paid),
            Model.submit,
            "application.submitted",
        ),
        "return": Move(lambda model: model.status == "submitted", Model.send_back, "application.returned"),
        "pass": Move(lambda model: model.status == "submitted", Model.pass_review, "application.initial_review_passed"),
        "return as lead": Move(_with_lead, Model.send_back, "application.returned"),
        "arrange": Move(
            lambda model: _with_lead(model) and not model.interview,
            _set("interview", True),
            "application.interview_arranged",
        ),
        "hold": Move(lambda model: _with_lead(model) and model.interview, _hold, "application.interview_held"),
        "recommend": Move(
            lambda model: _with_lead(model) and model.held and not model.interview,
            _recommend,
            "application.recommended",
        ),
        "decide": _DECIDES,
        "decide as recommender": Move(
            lambda model: _DECIDES.may(model) and not model.recommended, _DECIDES.then, _DECIDES.event
        ),
        "refer back": Move(_DECIDES.may, _set("status", "in_review"), "application.referred_back"),
        "withdraw": Move(lambda model: model.status not in CLOSED, Model.withdraw, "application.withdrawn"),
        "pay a part": Move(lambda model: model.due is not None, lambda model: model.pay(100), "payment.recorded"),
        "pay the rest": Move(
            lambda model: model.due is not None, lambda model: model.pay(max(model.due or 0, 1)), "payment.recorded"
        ),
        "reverse": Move(lambda model: bool(model.payments), Model.reverse, "payment.reversed"),
        "blank a field": Move(_edits, _set("legal_name", False), "application.details_saved"),
        "fill it in": Move(_edits, _set("legal_name", True), "application.details_saved"),
        "agree": Move(_edits, _set("agreed", True), "application.agreement_accepted"),
    }
)


def temptations(model: Model) -> list[str]:
    """The moves that one circumstance alone forbids."""
    others = (
        replace(model, due=0),
        replace(model, policies=POLICIES),
        replace(model, legal_name=True),
        replace(model, agreed=True),
        replace(model, open_items=0),
        replace(model, held=True),
        replace(model, interview=not model.interview),
        replace(model, recommended=False),
    )
    return [name for name, move in MOVES.items() if not move.may(model) and any(move.may(other) for other in others)]
