"""The agent's parts."""
