"""The shapes for operators: audit, keys, settings."""
