"""The sandbox: centres and applications in any state in one call, a clock that moves, mail that can be read, and a
clean slate. All that it makes goes through the services that real data goes through."""
