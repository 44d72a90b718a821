"""A test says the same whatever ran before it, beside it, and on however busy a machine."""

import re
from pathlib import Path

from tests.architecture.counts import MODULES, SOURCE

TESTS = Path(__file__).parents[1]
OWN = Path(__file__).parent
FILES = {str(path.relative_to(TESTS)): path.read_text() for path in TESTS.rglob("*.py") if path.parent != OWN}
ROOMS = {"admin", "api", "console", "observe", "stapi", "web"}
EDGES = [path for path in MODULES if path.relative_to(SOURCE).parts[0] in ROOMS]
CACHED = re.compile(r"^@(?:lru_)?cache\b.*\ndef (\w+)", re.MULTILINE)
FORGOTTEN = {"fleets._slug", "health._check_migrated", "rates._calls", "rates._wrong_keys", "sign_in._failed"}
"""What `tests.planners.restart` has a process forget between two tests."""
OF_NO_ROWS = {"static_files._paths", "static_files._read", "submissions._address_of_any"}
LASTS = re.compile(r"os\.environ(\[[^\]]+\] = |\.(pop|update|setdefault|clear))|os\.(putenv|chdir)\(|tzset\(")
SOON = re.compile(r"assert .*(monotonic|perf_counter)\(\) - \w+ < ([0-4](\.\d+)?)\b")


def found_in(rule: re.Pattern[str]) -> set[str]:
    return {name for name, text in FILES.items() if rule.search(text)}


def test_no_test_takes_modules_out_of_the_process_it_shares() -> None:
    taking = re.compile(r"delitem\(sys\.modules|del sys\.modules|sys\.modules\.(pop|clear)")
    assert found_in(taking) == {"registered.py"}  # of a process that others are forked from; see tests/uninstalled.py


def test_no_test_changes_its_process_for_the_next() -> None:
    own = {"forked.py", "registered.py", "commands.py", "console/gallery.py", "console/screenshots.py"}
    assert found_in(LASTS) == own  # processes of their own


def test_what_edges_keep_of_rows_is_forgotten_between_tests() -> None:
    found = {f"{path.stem}.{name}" for path in EDGES for name in CACHED.findall(path.read_text())}
    assert found == FORGOTTEN | OF_NO_ROWS


def test_no_test_expects_to_be_done_within_a_few_seconds_of_a_clock() -> None:
    assert found_in(SOON) == set()  # of a processor's time (`process_time`), or of a clock that the test moves
