"""From which profit on orders that lost would have won: worked out for who asks, or beside, and kept for a while."""
