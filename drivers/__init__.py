"""The hardware; knows nothing of kiosks, libraries or MQTT."""
