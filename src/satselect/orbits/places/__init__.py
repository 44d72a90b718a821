"""Targets and stations, and areas as points on the sphere."""
