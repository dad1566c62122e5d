"""What `python -m app doctor` asks of each part of a deployment, one module a part.

A module has one function, `async def check_<part>(...) -> list[str]`: a plain sentence for each thing that is wrong,
with how to mend it, and none when all is well. It takes what it needs from the settings, opens and closes its own
connections, changes nothing that stays, and never shows a secret. The doctor gives every check a time limit, runs all
of them, and reports an exception as a sentence too. To add one, name it in the list of the command.
"""
