"""What past iterations selected, displaced, used and earned."""
