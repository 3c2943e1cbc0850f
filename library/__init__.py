"""What a library is, for kiosk and server alike."""
