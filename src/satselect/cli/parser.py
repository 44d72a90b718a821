"""The commands and their options. Knows none of the rooms that do the work, so that `--help` is quick."""

import argparse

from satselect._version import __version__
from satselect.cli.option_types import (
    capacity,
    count,
    date,
    days,
    factor,
    hours,
    identifier,
    lifetime,
    port,
    seconds,
    task_limit,
)
from satselect.cli.passes.options import add_passes
from satselect.cli.plan.options import add_plan
from satselect.cli.terminal.telling import OneLineParser

_ROLES = ("customer", "executor", "operator", "admin")  # those of `store.models`, which `--help` must not load


def parser() -> argparse.ArgumentParser:
    """What reads the command line."""
    whole = OneLineParser(
        prog="satselect",
        description="Selects the satellite tasks worth most that fit the resources, and proves it.",
        epilog="Exit codes: 0 done, 1 failed, 2 wrong input, 130 stopped with Ctrl+C.",
    )
    whole.add_argument("--version", action="version", version=f"satselect {__version__}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_select(commands.add_parser("select", help="select among the tasks of a file; no server, no database"))
    add_plan(commands.add_parser("plan", help="plan the tasks of a file in time; no server, no database"))
    _add_serve(commands.add_parser("serve", help="migrate the database, then serve the API"))
    _add_worker(commands.add_parser("worker", help="settle what is submitted to services on the same database and bus"))
    _add_batches(commands.add_parser("batches", help="what waits for an iteration, or was given up"))
    _add_users(commands.add_parser("users", help="who may use the service"))
    _add_keys(commands.add_parser("keys", help="the API keys of a user"))
    _add_products(commands.add_parser("products", help="what fleets offer to those who order"))
    _add_stations(commands.add_parser("stations", help="the stations of a fleet at a running service"))
    _add_prune(commands.add_parser("prune", help="delete finished tasks and old iterations"))
    _add_submit(commands.add_parser("submit", help="submit the tasks of a file to a running service"))
    _add_status(commands.add_parser("status", help="how tasks are doing at a running service"))
    _add_demo(commands.add_parser("demo", help="play a week of a small fleet on a running service, to look at"))
    add_passes(commands.add_parser("passes", help="when satellites are over stations; no server, no internet"))
    return whole


def _add_select(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tasks", metavar="TASKS.json", help="what POST /api/tasks/ takes; - reads standard input")
    parser.add_argument(
        "--capacity",
        metavar="NAME=UNITS",
        action="append",
        default=[],
        type=capacity,
        help="units of a resource where it isn't 1; may be repeated",
    )
    parser.add_argument(
        "--satellites",
        metavar="SATELLITES.json",
        help='what each satellite has, as {"sat-1": {"camera": 1, "disk": 4}, ...}; --capacity is then what they share',
    )
    parser.add_argument("--time-limit", metavar="SECONDS", type=seconds, help="stop with the best found by then")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.add_argument("--explain", action="store_true", help="say of each buffered task why it lost")
    parser.add_argument(
        "--allow-unused", action="store_true", help="take capacities of resources that no task uses, which are refused"
    )


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to answer on (SATSELECT_HOST, or 127.0.0.1)")
    parser.add_argument("--port", default=8000, type=port, help="port to answer on; 0 takes a free one (%(default)s)")
    _add_database(parser)
    _add_bus(parser)


def _add_worker(parser: argparse.ArgumentParser) -> None:
    _add_database(parser)
    _add_bus(parser)


def _add_batches(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    some = actions.add_parser("list", help="list the batches in a state")
    some.add_argument("--state", choices=("dead", "pending"), default="dead", help="which (%(default)s)")
    again = actions.add_parser("requeue", help="try a dead batch again")
    again.add_argument("batch", metavar="ID", type=identifier)
    for action in (some, again):
        _add_output(action)


def _add_users(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make a user")
    create.add_argument("name", metavar="NAME")
    create.add_argument("--role", required=True, choices=_ROLES)
    create.add_argument("--account", metavar="ACCOUNT", help="whom the user acts for; a customer's own by default")
    create.add_argument("--fleet", metavar="FLEET", action="append", default=[], help="of an executor, who needs one")
    password = actions.add_parser("password", help="ask for a new password, to sign in to pages")
    password.add_argument("name", metavar="NAME")
    limit = actions.add_parser("limit", help="how many tasks a user may have in the buffer")
    limit.add_argument("name", metavar="NAME")
    limit.add_argument("limit", metavar="TASKS", type=task_limit, help="a number, or 'usual'")
    for action in (create, actions.add_parser("list", help="list the users"), password, limit):
        _add_output(action)


def _add_keys(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make a key; it is shown once")
    create.add_argument("--name", default="", help="what it is for")
    create.add_argument("--days", metavar="DAYS", type=lifetime, help="after which it expires; never by default")
    create.add_argument("--replaces", metavar="KEY", help="the 8 visible letters of a key that ends soon")
    create.add_argument("--overlap-hours", metavar="HOURS", type=hours, default=24.0, help="how soon (%(default)s)")
    revoke = actions.add_parser("revoke", help="end a key now")
    revoke.add_argument("key", metavar="KEY", help="its 8 visible letters")
    for action in (create, actions.add_parser("list", help="list the keys"), revoke):
        action.add_argument("--user", metavar="NAME", required=True)
        _add_output(action)


def _add_products(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make a product")
    create.add_argument("product", metavar="PRODUCT.json", help="what POST /api/v1/products takes; - is standard input")
    some = [create, actions.add_parser("list", help="list the products")]
    for name, words in (("offer", "let it be ordered again"), ("withdraw", "let it be ordered no longer")):
        action = actions.add_parser(name, help=words)
        action.add_argument("product", metavar="PRODUCT")
        some.append(action)
    for action in some:
        _add_output(action)


def _add_submit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tasks", metavar="TASKS.json", help="what POST /api/tasks/ takes; - reads standard input")
    parser.add_argument("--fleet", metavar="FLEET", default="default", help="whom they are for (%(default)s)")
    parser.add_argument("--idempotency-key", metavar="WORD", help="submitting twice with one is submitting once")
    _add_service(parser)


def _add_stations(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    put = actions.add_parser("put", help="give the fleet a station, or change one")
    remove = actions.add_parser("remove", help="take a station away, and the passes over it that have not begun")
    for action in (put, remove):
        action.add_argument("station", metavar="STATION", help="the word that addresses use")
    put.add_argument("file", metavar="STATION.json", help="what PUT .../stations/STATION takes; - is standard input")
    for action in (actions.add_parser("list", help="list the stations"), put, remove):
        action.add_argument("--fleet", metavar="FLEET", default="default", help="whose they are (%(default)s)")
        _add_service(action)


def _add_status(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="TASK", nargs="?", help="its id; the newest tasks by default")
    _add_service(parser)


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", default=7, type=count, help="how many days to play (%(default)s)")
    parser.add_argument("--speed", default=3600.0, type=factor, help="times as fast as the clock (%(default)s)")
    parser.add_argument("--seed", default=1, type=int, help="the same gives the same wishes (%(default)s)")
    parser.add_argument(
        "--plan",
        action="store_true",
        help="play days of a fleet that plans in time, by orbits; what is planned is reported by the demo's own clock",
    )
    _add_address(parser)


def _add_service(parser: argparse.ArgumentParser) -> None:
    _add_address(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", metavar="URL", help="where it answers; by default SATSELECT_URL, or this machine")
    parser.add_argument("--key", metavar="KEY", help="an API key; by default SATSELECT_KEY, which others can't read")


def _add_prune(parser: argparse.ArgumentParser) -> None:
    age = parser.add_mutually_exclusive_group(required=True)
    age.add_argument("--before", metavar="DATE", type=date, help="what was over by then, as 2026-01-31, in UTC")
    age.add_argument("--days", metavar="DAYS", type=days, help="what has been over for so many days")
    parser.add_argument("--dry-run", action="store_true", help="say how much that is, and delete nothing")
    _add_output(parser)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    _add_database(parser)


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", metavar="URL", help="sqlite:///FILE or postgres://...; a SQLite file by default")


def _add_bus(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bus", metavar="URL", help="nats://HOST:PORT[/NAME], to share the work with satselect worker")
