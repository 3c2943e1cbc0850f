"""The always-on process beside the kiosk: it holds the line to the server and what is still to be told."""
