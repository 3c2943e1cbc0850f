"""RFID pads, and what stands on the tags that lie on them."""
