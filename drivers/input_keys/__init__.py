"""Devices that type like a keyboard: scanners and card readers whose every character is a key going down and up."""
