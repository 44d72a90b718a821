"""`satselect demo`."""
