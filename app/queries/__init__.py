"""Every SELECT. Each starts from what its actor may see, and ends in nothing for an actor that it does not know."""
