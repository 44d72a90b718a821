"""Orbital elements, in every form that catalogues hand out."""
