"""The process: stages, statuses, and who may take which step (R26)."""

from typing import Annotated

from pydantic import Field

from app.domain.workflow import Party, Status, StepName
from app.schemas.answered import A_FEW, Code, Drawing, Method, Ordinal, PathTemplate, Sentence, Title, Word, up_to
from app.schemas.base import Answer
from app.schemas.reference_data import Choice
from app.schemas.shared import described

_MOST = 50


class ProcessStage(Answer):
    """One of the guide's five stages."""

    number: Ordinal = described("The stage's number.", 3)
    title: Title = described("The stage's title.", "The application, its initial review, and the invoice")
    statuses: Annotated[list[Status], A_FEW] = described(
        "The application statuses within the stage.", ["draft", "submitted"]
    )


class ProcessStatus(Answer):
    """A status of an application."""

    key: Status = described("The status's key.", "submitted")
    status_for_staff: Title = described("The name that staff read.", "In the inbox")
    status_for_centre: Title = described("The name that the centre reads.", "Submitted")
    description: Sentence = described("The meaning of the status.", "Submitted; waiting for the initial review.")
    stage: Ordinal = described("The number of the stage it belongs to.", 3)
    waiting_on: Party | None = described("Who must act next; null when nobody must.", "customer_experience")
    final: bool = described("True if no step leads out of it.", False)


class ProcessCondition(Answer):
    """A condition for a step besides status and role."""

    code: Code = described("The code of the refusal if the condition does not hold.", "not_ready")
    reason: Sentence = described("Why the step is then refused.", "Something is still missing.")


class ProcessStep(Answer):
    """A step of the process and the operation that takes it."""

    name: StepName = described("The step's name.", "submit")
    label: Title = described("The text for a button.", "Submit the application")
    sources: Annotated[list[Status], A_FEW] = described(
        "The statuses in which the step can be taken.", ["draft", "returned"]
    )
    targets: Annotated[list[Status], A_FEW] = described(
        "The statuses the step can lead to; empty if the status does not change.", ["submitted"]
    )
    who: Annotated[list[Word], up_to(_MOST)] = described("The roles that may take the step.", ["super_user"])
    conditions: Annotated[list[ProcessCondition], up_to(_MOST)] = Field(description="Further conditions for the step.")
    effect: Sentence | None = described("The consequence of the step, or null.", None)
    operation_id: Word = described("The `operationId` that takes the step.", "submitApplication")
    method: Method = described("The HTTP method to call.", "POST")
    path: PathTemplate = described("The path template to call.", "/v1/applications/{application_id}/submissions")


class ProcessTransition(Answer):
    """A transition of a state machine."""

    source: Word | None = described("The status before; null for the first transition.", "arranged")
    target: Word = described("The status after.", "held")
    label: Title = described("What causes the transition.", "Record that it was held")
    who: Annotated[list[Word], up_to(_MOST)] = described(
        "The roles that may cause it; empty if anybody may.", ["centre_lead"]
    )
    operation_id: Word = described("The `operationId` that causes it.", "recordInterviewOutcome")


class ProcessMachine(Answer):
    """A state machine besides the application's: of the initial application, the interview or the action."""

    key: Word = described("The machine's key.", "interview")
    title: Title = described("The machine's title.", "Interview")
    statuses: Annotated[list[Word], up_to(_MOST)] = described(
        "The machine's statuses.", ["arranged", "held", "cancelled", "not_attended"]
    )
    transitions: Annotated[list[ProcessTransition], up_to(_MOST)] = Field(description="The machine's transitions.")
    flowchart: Drawing = described("A flowchart in Mermaid syntax.", "flowchart LR\n")


class Process(Answer):
    """The whole process, read from the table that the server enforces."""

    stages: Annotated[list[ProcessStage], up_to(_MOST)] = Field(description="The five stages.")
    statuses: Annotated[list[ProcessStatus], A_FEW] = Field(description="The statuses of an application.")
    steps: Annotated[list[ProcessStep], A_FEW] = Field(description="The steps of an application.")
    machines: Annotated[list[ProcessMachine], up_to(_MOST)] = Field(
        description="The state machines of the initial application, the interview and the action."
    )
    parties: Annotated[list[Choice], A_FEW] = described(
        "The parties that an application can wait for.", [{"key": "centre", "label": "Centre"}]
    )
    roles: Annotated[list[Choice], up_to(_MOST)] = described(
        "Every role that can take a step.", [{"key": "super_user", "label": "Super user"}]
    )
    flowchart: Drawing = described("A flowchart of the process in Mermaid syntax.", "flowchart TD\n")
