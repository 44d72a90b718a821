import json
import subprocess
from uuid import UUID

import pytest

from satselect.store.models import Batch
from tests import commands
from tests.application.buffers import buffer, run, task
from tests.databases import Database
from tests.services import environment_with


def batches(database: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    return commands.run("batches", *arguments, "--database", database.url, env=environment_with())


def test_a_dead_batch_is_listed_and_requeued(database: Database) -> None:
    batch = buffer(task("a", "camera"))
    Batch.objects.update(state="dead", attempts=8)
    (listed,) = json.loads(batches(database, "list", "--json").stdout)["items"]
    assert (listed["id"], listed["fleet"], listed["status"]) == (str(batch.id), "default", "dead")
    assert batches(database, "requeue", str(batch.id)).returncode == 0
    assert [
        item["id"] for item in json.loads(batches(database, "list", "--state", "pending", "--json").stdout)["items"]
    ]
    assert run().scheduled == 1


@pytest.mark.parametrize(
    ("batch", "words"), [("x", "not an id"), (str(UUID(int=7)), "there is no batch"), (None, "not dead")]
)
def test_what_can_not_be_requeued_is_told(database: Database, batch: str | None, words: str) -> None:
    done = batches(database, "requeue", batch or str(buffer(task("a", "camera")).id))
    assert (done.returncode, words in done.stderr, "Traceback" in done.stderr) == (2, True, False)
