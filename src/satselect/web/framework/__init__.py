"""What the framework of the routes is taught, for every edge that programs call."""
