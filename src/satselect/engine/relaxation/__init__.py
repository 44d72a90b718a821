"""The linear relaxation: prices, and the bounds that any prices prove."""
