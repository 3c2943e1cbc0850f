"""What the kiosk does on its own."""
