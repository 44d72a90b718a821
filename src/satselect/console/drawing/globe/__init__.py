"""A map of the world: longitude runs across and latitude up, a degree as wide as it is high.

sphere  great circles and small circles
paths   lines and areas as SVG, right at the poles and where the map ends
world   what a map shows, as geometry
"""
