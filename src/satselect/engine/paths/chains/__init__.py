"""The search by chains of exchanges, where nothing is shared but timelines and tasks."""
