"""Fields that many shapes have."""
