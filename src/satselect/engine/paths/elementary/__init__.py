"""Bounds and plans by paths that take no task twice, where a task has several places on a timeline."""
