"""How pending batches come to be settled."""
