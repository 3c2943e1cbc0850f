"""The facts that the demo lends: titles, and the scripts that took them from their sources."""
