"""What the page of a plan in time shows."""
