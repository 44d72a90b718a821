"""Planning in time: the assignments of a fleet with start and end, a horizon ahead."""
