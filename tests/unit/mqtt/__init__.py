"""The messages, the outbox and the agent, without a broker."""
