"""The sandbox: create centres and applications in any state, move the clock, read the mail and reset the database.

It creates everything through the services that real data goes through.
"""
