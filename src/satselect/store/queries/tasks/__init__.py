"""Tasks: all that is told of some, and those of a name."""
