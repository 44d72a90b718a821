"""What every HTTP edge stands on: callers, conditions, paging, problems, limits."""
