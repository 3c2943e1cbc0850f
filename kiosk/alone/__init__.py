"""What the kiosk does on its own while the library system does not answer, and how that is told afterwards."""
