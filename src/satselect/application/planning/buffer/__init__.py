"""A fleet's buffer in memory: read, aged, kept, brought up to date."""
