"""Tasks as lists: buffered, found by name, with what happened to them and why they wait."""
