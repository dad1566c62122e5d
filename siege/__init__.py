"""What one hostile client can do to everybody else: `make siege`."""
