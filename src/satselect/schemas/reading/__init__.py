"""From text to values: strict, with the place of every fault."""
