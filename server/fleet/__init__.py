"""What kiosks report over MQTT: taken in by a process of its own, kept in a file of its own, read by the pages."""
