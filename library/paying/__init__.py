"""How money comes to a library other than over the desk."""
