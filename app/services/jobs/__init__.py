"""The worker's jobs, for those who watch over them."""
