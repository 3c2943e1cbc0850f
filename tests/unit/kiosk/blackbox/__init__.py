"""The black box and its replay."""
