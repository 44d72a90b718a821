"""How often callers may call."""
