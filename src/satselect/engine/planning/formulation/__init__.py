"""From a problem in time to candidates, rows and timelines."""
