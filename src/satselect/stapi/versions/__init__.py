"""The JSON shapes of each version of the specification; whatever is the same in all of them is `schemas.ordering`."""
