"""What customers order without knowing the satellites: products of fleets, and orders, which are tasks of them."""
