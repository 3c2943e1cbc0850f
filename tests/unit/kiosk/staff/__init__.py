"""Who is of the staff, and what they do at the kiosk."""
