"""The second door: what the worker does. Jobs carry ids, may be repeated without harm, and call services."""
