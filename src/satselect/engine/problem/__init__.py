"""What is asked, as the caller says it and as arrays: tasks, satellites, signatures, exact units."""
