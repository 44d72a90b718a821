"""The exact search below the relaxation, and the local searches that feed it."""
