"""How statements are made and transactions kept."""
