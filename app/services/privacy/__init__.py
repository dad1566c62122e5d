"""Personal data: what is held about a person, erasing it, and forgetting what has been kept long enough."""
