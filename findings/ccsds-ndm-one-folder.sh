#!/bin/sh
# Guess: two packages with different names on the index can be installed beside each other.
# True: ccsds-ndm and ccsds-ndm-py, which offer different things, both install the module folder ccsds_ndm. The later one overwrites
# __init__.py of the earlier one, pip and its check report success, and what the other offers is gone.
# ccsds-ndm 3.1.1, ccsds-ndm-py 0.0.9, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ccsds-ndm-py==0.0.9
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("ccsds-ndm-py", version("ccsds-ndm-py"))
import subprocess
import sys

LOOK = "import ccsds_ndm; print(hasattr(ccsds_ndm, 'Opm'))"


def has_message():
    return subprocess.run([sys.executable, "-I", "-c", LOOK], capture_output=True, text=True, check=True).stdout.strip()


alone = has_message()
install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "ccsds-ndm==3.1.1"]
subprocess.run(install, check=True)
print("ccsds-ndm", version("ccsds-ndm"), "beside ccsds-ndm-py", version("ccsds-ndm-py"))
check = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
print("ccsds_ndm has Opm, alone:", alone, "; with the other one:", has_message(), "; pip check:", check.stdout.strip())
assert alone == "True" and has_message() == "False" and check.returncode == 0
PROGRAM
