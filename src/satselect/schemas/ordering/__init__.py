"""Products, as operators make them, and what is ordered of them."""
