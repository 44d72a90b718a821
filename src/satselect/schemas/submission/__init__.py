"""Batches as they are sent, told apart and changed."""
