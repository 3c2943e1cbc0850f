"""``kiosk probe``: what a library system can do over SIP2, found out with test cards."""
