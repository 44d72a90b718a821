"""Tasks that wait, kept between selections."""
