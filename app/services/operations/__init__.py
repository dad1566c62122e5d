"""What operators need: probes, metrics, start-up checks, housekeeping."""
