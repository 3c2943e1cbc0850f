"""Byte-level emulators of real devices: own processes, worked through a control socket, able to misbehave on demand."""
