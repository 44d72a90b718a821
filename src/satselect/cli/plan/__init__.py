"""Plans in time on the command line."""
