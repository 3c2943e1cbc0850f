"""Kiosks that are ended by SIGKILL in the middle of a visit, again and again; then what their tags say is looked at."""
