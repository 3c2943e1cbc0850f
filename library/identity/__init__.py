"""Cards that say who somebody is and were not made by a library."""
