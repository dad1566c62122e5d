"""The contract in Pydantic: what comes in is strict and closed, what goes out is always whole."""
