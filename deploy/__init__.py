"""How the project is put onto machines."""
