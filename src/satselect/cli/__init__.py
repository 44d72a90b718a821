"""The `satselect` command."""

from satselect.cli.main import main

__all__ = ["main"]
