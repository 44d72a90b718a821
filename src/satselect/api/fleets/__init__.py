"""Routes about fleets, what they have, and their iterations."""
