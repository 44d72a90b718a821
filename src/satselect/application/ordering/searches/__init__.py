"""Searches for opportunities whose clients do not wait: asked for, worked off by whoever has the time, forgotten."""
