"""The problem as a packing: columns and rows, made smaller without losing an optimum."""
