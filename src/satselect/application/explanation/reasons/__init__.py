"""Why tasks wait: rules over what was recorded, and the words for them."""
