"""The kiosk's end of the Unix socket to the agent beside it."""
