"""The kiosk's end of the agent's socket."""
