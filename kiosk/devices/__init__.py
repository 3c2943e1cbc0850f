"""The devices of this kiosk: kept open, and their readings put into the session's words."""
