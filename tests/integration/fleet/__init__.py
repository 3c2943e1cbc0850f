"""The ingest, the page and the fleet with real processes."""
