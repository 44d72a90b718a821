"""What a fleet has at a time, as it is read, recorded, and told the engine."""
