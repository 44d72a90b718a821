"""Where satellites go, as orbits say it.

ground  over which places
sky     over the sky of stations
"""
