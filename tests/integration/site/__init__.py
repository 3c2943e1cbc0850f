"""The whole installation on this machine, looked at from outside."""
