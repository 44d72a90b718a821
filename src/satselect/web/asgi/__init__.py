"""What stands before the framework: admission, bodies, threads, streams."""
