"""The story of an application, written once: who takes which step, with which body, on the way to every state.

An act is a generator of steps. Each step names its operation by address and by service, so that a player over HTTP
(`app.demo`) and a player through the services (`ServicesPlayer`: sandbox and tests) play the same acts.
"""
