"""The solvers that are compared, each in a module of its own that only its own process imports."""
