"""Select from a fleet's buffer and record the outcome."""
