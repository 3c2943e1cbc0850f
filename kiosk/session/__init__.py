"""The brain of the kiosk: it decides everything and does nothing."""
