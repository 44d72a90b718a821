"""Measures satselect beside general solvers, on problems that anyone can make again."""
