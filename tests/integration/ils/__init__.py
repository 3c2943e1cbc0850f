"""The kiosk's library systems against servers on real sockets."""
