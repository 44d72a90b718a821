"""What can be ordered."""
