"""Deleting what is kept no longer."""
