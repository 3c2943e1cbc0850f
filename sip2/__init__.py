"""The SIP2 wire to any library system; pure: bytes in, messages out, for both ends of a line."""
