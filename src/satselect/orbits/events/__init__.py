"""Events: conditions as signals, their crossings, and the search that makes passes of them."""
