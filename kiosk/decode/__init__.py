"""``kiosk decode``: explains what came over a wire, for a technician on the phone."""
