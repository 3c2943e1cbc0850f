"""The link and the agent with real processes."""
