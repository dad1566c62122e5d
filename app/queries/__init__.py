"""Every SELECT. Each starts from what its actor may see, and returns nothing for an unknown actor."""
