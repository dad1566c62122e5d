"""What each email says and to whom, looked up when it is sent: one loader for each kind, by the part of the process
it belongs to."""
