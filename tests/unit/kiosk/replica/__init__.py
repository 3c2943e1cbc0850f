"""The kiosk's copy of the catalogue."""
