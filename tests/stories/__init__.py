"""Whole stories in front of the kiosk: real processes, real bytes on emulated wires, real touches."""
