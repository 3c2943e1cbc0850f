"""How a kiosk reports and is steered."""
