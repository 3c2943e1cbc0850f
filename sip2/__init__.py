"""The SIP2 wire to any library system; pure."""
