"""The tagging station, ``kiosk tag``: label after label, tag after tag, until a library's books can be lent by RFID."""
