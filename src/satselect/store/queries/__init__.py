"""Statements that need SQL of their own or that several rooms put, each once: queries, and the counts of a fleet."""
