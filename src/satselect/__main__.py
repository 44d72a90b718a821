"""`python -m satselect` is the `satselect` command."""

import sys

from satselect.cli import main

if __name__ == "__main__":
    sys.exit(main())
