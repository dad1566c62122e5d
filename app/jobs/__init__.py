"""The second door: the worker's jobs. A job carries ids, calls services, and may be repeated without harm."""
