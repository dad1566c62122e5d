"""The sample policies of the sandbox: files that inspection accepts, and some that it refuses on purpose."""

from dataclasses import replace
from functools import cache
from io import BytesIO

from pikepdf import Dictionary, Name, Pdf, String

from app.domain.policies import PolicyKey
from app.domain.sandbox import SamplePolicyKey
from app.samples import SampleFile, sample_policy

REFUSED_WITH = {
    SamplePolicyKey.REFUSED_UNKNOWN_KIND: "unknown_kind",
    SamplePolicyKey.REFUSED_DAMAGED: "damaged",
    SamplePolicyKey.REFUSED_ACTIVE_CONTENT: "active_content",
}
"""The code with which inspection refuses each of these files."""


def policy_of(key: SamplePolicyKey) -> PolicyKey:
    """Return the policy that the file is for."""
    if key in REFUSED_WITH:
        return PolicyKey.APPEALS
    return PolicyKey(key.value.removesuffix("_revised"))


@cache
def sample_file(key: SamplePolicyKey) -> SampleFile:
    """Return the file, the same bytes every time."""
    match key:
        case SamplePolicyKey.REFUSED_UNKNOWN_KIND:
            return SampleFile(
                "Appeals.txt", "application/octet-stream", b"Appeals policy\n\nPlain text is not accepted.\n"
            )
        case SamplePolicyKey.REFUSED_DAMAGED:
            whole = sample_policy(PolicyKey.APPEALS)
            return replace(whole, filename="Half of Appeals.docx", content=whole.content[: len(whole.content) // 2])
        case SamplePolicyKey.REFUSED_ACTIVE_CONTENT:
            return SampleFile("Appeals with a script.pdf", "application/pdf", _with_script())
    return sample_policy(policy_of(key), revised=key is SamplePolicyKey.INTERNAL_QUALITY_ASSURANCE_REVISED)


def _with_script() -> bytes:
    written = BytesIO()
    with Pdf.open(BytesIO(sample_policy(PolicyKey.COMPLAINTS).content)) as pdf:
        script = String("app.alert('A policy runs no scripts.');")
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=script)
        pdf.save(written, deterministic_id=True)
    return written.getvalue()
