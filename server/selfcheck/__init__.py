"""The SIP2 service: sockets around the wire and the desk."""
