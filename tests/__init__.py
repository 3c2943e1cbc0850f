"""Tests: unit, contract, integration, screens, stories, architecture and bench; their shared doubles are in support."""
