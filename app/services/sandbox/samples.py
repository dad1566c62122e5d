"""Sample policy files to download and upload (R13)."""

from hashlib import sha256

from anyio import to_thread

from app.domain.sandbox import SamplePolicyKey
from app.samples import SampleFile
from app.samples.files import REFUSED_WITH, policy_of, sample_file
from app.schemas import sandbox as schemas


async def list_all(root_path: str) -> schemas.SandboxSamplePolicyList:
    """List every file, accepted ones first. Slow the first time."""
    files = await to_thread.run_sync(lambda: [(key, sample_file(key)) for key in SamplePolicyKey])
    return schemas.SandboxSamplePolicyList(items=[_to_schema(root_path, key, file) for key, file in files])


async def find(key: SamplePolicyKey) -> SampleFile:
    """Return one file. The first call for a PDF renders it, which takes some milliseconds."""
    return await to_thread.run_sync(sample_file, key)


def _to_schema(root_path: str, key: SamplePolicyKey, file: SampleFile) -> schemas.SandboxSamplePolicy:
    return schemas.SandboxSamplePolicy(
        key=key,
        policy=policy_of(key),
        file_name=file.filename,
        media_type=file.media_type,
        size_bytes=len(file.content),
        sha256=sha256(file.content).hexdigest(),
        refused_with=REFUSED_WITH.get(key),
        content_path=f"{root_path}/v1/sandbox/sample-policies/{key.value}/content",
    )
