"""The whole installation on one machine, joined only by processes, sockets and wires."""
