"""Routes about tasks: submitting, reading, changing, explaining."""
