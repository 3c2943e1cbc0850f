"""The steps that bring a fleet store to what this release needs."""
