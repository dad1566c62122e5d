"""How a schema refuses a value."""

from pydantic_core import PydanticCustomError

from app.domain.json_values import JsonObject
from app.domain.refusals.input_faults import InputFaultCode


def refused(code: InputFaultCode, sentence: str, context: JsonObject | None = None) -> PydanticCustomError:
    """The error for a validator to raise: a code, and a sentence for whoever fills in the form.

    The sentence may name values of the context in braces. It never repeats the input.
    """
    return PydanticCustomError(code.value, sentence, context)
