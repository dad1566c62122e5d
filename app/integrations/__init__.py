"""The outside world, a folder per capability: a protocol, the real adapter, and a working local one."""
