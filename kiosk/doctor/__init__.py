"""``kiosk doctor``: finds what is connected, tests it with the user, and says in words what is wrong."""
