"""The Earth and the Sun: figure, orientation, places, light."""
