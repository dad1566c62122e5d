"""How much slower than alone a process runs on this machine at the moment."""

import asyncio
import sys

_SPIN = """
import time
wall, cpu = time.perf_counter(), time.process_time()
while time.process_time() - cpu < 0.1:
    pass
print((time.perf_counter() - wall) / (time.process_time() - cpu))
"""


async def slowness() -> float:
    """1.0 while a core is free, and more while others wait for it too.

    Bounds on how soon a process is back are those of a machine that has a core for it.
    """
    spinning = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", "-c", _SPIN, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await spinning.communicate()
    return max(1.0, float(output))
