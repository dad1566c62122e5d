"""`python -m app`: the command line."""

# ruff: noqa: E402
import gc

# Importing the app makes a large heap and no garbage: looking through it takes a fifth of the time to start.
gc.disable()

from app.cli import main

gc.freeze()
gc.enable()
main()
