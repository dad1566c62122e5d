"""Does the file inspection start, pass a sound document, and run without access to files and the network?"""

import tempfile

from app.domain.policies import PolicyKey
from app.integrations.inspection import FileRefused
from app.integrations.inspection.processes.messages import InspectorFault, Unfinished
from app.integrations.inspection.processes.pool import Pool
from app.samples import sample_policy
from app.settings import Settings


async def check_inspector(settings: Settings) -> list[str]:
    """Inspect a sample document in a separate pool."""
    inspectors = Pool()
    content = sample_policy(PolicyKey.APPEALS).content
    try:
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            await inspectors.inspect(file.fileno(), filename=None, limit_bytes=len(content))
    except (InspectorFault, Unfinished, FileRefused) as error:
        return [f"The inspection of files does not work ({error}): see that this release is installed whole."]
    finally:
        inspectors.close()
    if settings.production and not inspectors.confined:
        return [
            "The kernel does not filter what the inspection of files may ask of it: run on Linux on an x86-64 or ARM "
            "processor, with seccomp allowed."
        ]
    return []
