"""A plan at once: tasks by worth, each at the first start at which it fits beside those before (decision 0192)."""
