"""``kiosk hardware``: shows what is known of boards, panels, readers, scanners and printers; prints setup sheets."""
