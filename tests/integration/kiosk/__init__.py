"""Programs of the kiosk against emulated devices."""
