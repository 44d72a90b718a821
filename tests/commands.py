"""Commands of satselect as people type them, in processes that are forked: to start anew takes most of a command."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.forked import Forked

_PROGRAM = """
import os, sys
folder, cwd, *arguments = sys.argv[1:]
for number, name in enumerate(("typed", "stdout", "stderr")):
    os.dup2(os.open(os.path.join(folder, name), os.O_WRONLY if number else os.O_RDONLY), number)
os.chdir(cwd)
sys.stdin = open(0)
from satselect.cli import main
sys.exit(main(arguments))
"""


def run(
    *arguments: str, env: Mapping[str, str], folder: Path | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """What became of it, with what it said.

    Args:
        arguments: what follows the name of the program.
        env: its whole environment.
        folder: where it runs; None is here.
        typed: its standard input.

    Raises:
        subprocess.TimeoutExpired: it had not ended after a minute, and is gone.
    """
    with tempfile.TemporaryDirectory() as there:
        files = [Path(there, name) for name in ("typed", "stdout", "stderr")]
        for file in files:
            file.write_text(typed if file.name == "typed" else "")
        process = Forked(_PROGRAM, [there, str(folder or Path.cwd()), *arguments], env)
        try:
            code = process.wait(60)
        finally:
            process.kill()
        return subprocess.CompletedProcess([*arguments], code, *(file.read_text() for file in files[1:]))
