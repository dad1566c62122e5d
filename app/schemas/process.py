"""The process itself: stages, states, and who may do what next (R26)."""

from pydantic import Field

from app.domain.workflow import Party, Status, StepName
from app.schemas.base import Answer
from app.schemas.reference_data import Choice
from app.schemas.shared import said


class ProcessStage(Answer):
    """One of the guide's five stages."""

    number: int = said("Its number.", 3)
    title: str = said("What happens in it.", "The application, its initial review, and the invoice")
    statuses: list[Status] = said("The application's statuses that belong to it.", ["draft", "submitted"])


class ProcessStatus(Answer):
    """A status of an application."""

    key: Status = said("Its key.", "submitted")
    staff_name: str = said("What staff read.", "In the inbox")
    centre_name: str = said("What the centre reads.", "Submitted")
    description: str = said("What it means.", "Submitted; waiting for the initial review.")
    stage: int = said("The stage it belongs to.", 3)
    waiting_on: Party | None = said("Who has to act; null when nobody has.", "customer_experience")
    final: bool = said("True when no step leads on.", False)


class ProcessCondition(Answer):
    """Something besides status and role that must hold for a step."""

    code: str = said("The code that a refused step answers.", "not_ready")
    reason: str = said("Why the step is refused.", "Something is still missing.")


class ProcessStep(Answer):
    """A step of the process, and the operation that takes it."""

    name: StepName = said("Its name.", "submit")
    label: str = said("What a button would say.", "Submit the application")
    sources: list[Status] = said("The statuses in which it is open.", ["draft", "returned"])
    targets: list[Status] = said("The statuses that it can lead to; empty when the status stays.", ["submitted"])
    who: list[str] = said("The keys of the roles that may take it.", ["super_user"])
    conditions: list[ProcessCondition] = Field(description="What must hold besides.")
    effect: str | None = said("What follows from it, or null.", "Issues the centre recognition invoice.")
    operation_id: str = said("The operation in this document that takes it.", "submitApplication")
    method: str = said("The HTTP method.", "POST")
    path: str = said("The path, as a template.", "/v1/applications/{application_id}/submissions")


class ProcessTransition(Answer):
    """One arrow of a small machine."""

    source: str | None = said("The status it leads from; null where the machine begins.", "arranged")
    target: str = said("The status it leads to.", "held")
    label: str = said("What is done.", "Record that it was held")
    who: list[str] = said("The keys of the roles that may do it; empty for anybody.", ["centre_lead"])
    operation_id: str = said("The operation in this document that does it.", "recordInterviewOutcome")


class ProcessMachine(Answer):
    """A small machine beside the application's own."""

    key: str = said("What it is about.", "interview")
    title: str = said("Its name.", "Interview")
    statuses: list[str] = said("Its statuses.", ["arranged", "held", "cancelled", "not_attended"])
    transitions: list[ProcessTransition] = Field(description="Its arrows.")
    flowchart: str = said("The machine drawn, as Mermaid text.", "flowchart LR\n")


class Process(Answer):
    """The whole process, from the table that the product enforces."""

    stages: list[ProcessStage] = Field(description="The five stages.")
    statuses: list[ProcessStatus] = Field(description="The application's statuses.")
    steps: list[ProcessStep] = Field(description="The steps on an application.")
    machines: list[ProcessMachine] = Field(
        description="The small machines: the initial application, the interview and the action."
    )
    parties: list[Choice] = Field(description="Whom an application can wait for.")
    roles: list[Choice] = Field(description="Every role that a step can name.")
    flowchart: str = said("The process drawn, as Mermaid text.", "flowchart TD\n")
