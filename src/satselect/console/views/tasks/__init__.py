"""Pages about tasks: the buffer, submitting, one task and many."""
