"""What comes out: the answers put together, checked, and explained."""
