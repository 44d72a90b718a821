"""What does not go together, said by as few resources as possible."""
