"""Pages about a fleet: timeline, plan, iterations, profit, settings."""
