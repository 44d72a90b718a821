"""Reads of the buffer: signatures, their heads, what changed since."""
