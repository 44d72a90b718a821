"""Submit and change tasks."""
