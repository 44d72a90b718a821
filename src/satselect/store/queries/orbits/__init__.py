"""What is worked out from orbits: what is to be, and what there is."""
