"""The process itself: stages, states, and who may do what next (R26)."""

from typing import Annotated

from pydantic import Field

from app.domain.workflow import Party, Status, StepName
from app.schemas.answered import A_FEW, Code, Drawing, Method, Ordinal, PathTemplate, Sentence, Title, Word, up_to
from app.schemas.base import Answer
from app.schemas.reference_data import Choice
from app.schemas.shared import said

_MOST = 50


class ProcessStage(Answer):
    """One of the guide's five stages."""

    number: Ordinal = said("Its number.", 3)
    title: Title = said("What happens in it.", "The application, its initial review, and the invoice")
    statuses: Annotated[list[Status], A_FEW] = said(
        "The application's statuses that belong to it.", ["draft", "submitted"]
    )


class ProcessStatus(Answer):
    """A status of an application."""

    key: Status = said("Its key.", "submitted")
    status_for_staff: Title = said("What staff read.", "In the inbox")
    status_for_centre: Title = said("What the centre reads.", "Submitted")
    description: Sentence = said("What it means.", "Submitted; waiting for the initial review.")
    stage: Ordinal = said("The stage it belongs to.", 3)
    waiting_on: Party | None = said("Who has to act; null when nobody has.", "customer_experience")
    final: bool = said("True when no step leads on.", False)


class ProcessCondition(Answer):
    """Something besides status and role that must hold for a step."""

    code: Code = said("The code that a refused step answers.", "not_ready")
    reason: Sentence = said("Why the step is refused.", "Something is still missing.")


class ProcessStep(Answer):
    """A step of the process, and the operation that takes it."""

    name: StepName = said("Its name.", "submit")
    label: Title = said("What a button would say.", "Submit the application")
    sources: Annotated[list[Status], A_FEW] = said("The statuses in which it is open.", ["draft", "returned"])
    targets: Annotated[list[Status], A_FEW] = said(
        "The statuses that it can lead to; empty when the status stays.", ["submitted"]
    )
    who: Annotated[list[Word], up_to(_MOST)] = said("The keys of the roles that may take it.", ["super_user"])
    conditions: Annotated[list[ProcessCondition], up_to(_MOST)] = Field(description="What must hold besides.")
    effect: Sentence | None = said("What follows from it, or null.", None)
    operation_id: Word = said("The operation in this document that takes it.", "submitApplication")
    method: Method = said("The HTTP method.", "POST")
    path: PathTemplate = said("The path, as a template.", "/v1/applications/{application_id}/submissions")


class ProcessTransition(Answer):
    """One arrow of a small machine."""

    source: Word | None = said("The status it leads from; null where the machine begins.", "arranged")
    target: Word = said("The status it leads to.", "held")
    label: Title = said("What is done.", "Record that it was held")
    who: Annotated[list[Word], up_to(_MOST)] = said(
        "The keys of the roles that may do it; empty for anybody.", ["centre_lead"]
    )
    operation_id: Word = said("The operation in this document that does it.", "recordInterviewOutcome")


class ProcessMachine(Answer):
    """A small machine beside the application's own."""

    key: Word = said("What it is about.", "interview")
    title: Title = said("Its name.", "Interview")
    statuses: Annotated[list[Word], up_to(_MOST)] = said(
        "Its statuses.", ["arranged", "held", "cancelled", "not_attended"]
    )
    transitions: Annotated[list[ProcessTransition], up_to(_MOST)] = Field(description="Its arrows.")
    flowchart: Drawing = said("The machine drawn, as Mermaid text.", "flowchart LR\n")


class Process(Answer):
    """The whole process, from the table that the product enforces."""

    stages: Annotated[list[ProcessStage], up_to(_MOST)] = Field(description="The five stages.")
    statuses: Annotated[list[ProcessStatus], A_FEW] = Field(description="The application's statuses.")
    steps: Annotated[list[ProcessStep], A_FEW] = Field(description="The steps on an application.")
    machines: Annotated[list[ProcessMachine], up_to(_MOST)] = Field(
        description="The small machines: the initial application, the interview and the action."
    )
    parties: Annotated[list[Choice], A_FEW] = said(
        "Whom an application can wait for.", [{"key": "centre", "label": "Centre"}]
    )
    roles: Annotated[list[Choice], up_to(_MOST)] = said(
        "Every role that a step can name.", [{"key": "super_user", "label": "Super user"}]
    )
    flowchart: Drawing = said("The process drawn, as Mermaid text.", "flowchart TD\n")
