"""A selection that nobody proves in the time that a test has: no engine of today is near it after a minute."""

from random import Random

RESOURCES = [f"r{n}" for n in range(100)]


def hard_tasks() -> list[dict[str, object]]:
    """2,000 tasks that want 4 of 100 resources each, and are worth about the same."""
    random = Random(1)
    return [
        {"name": f"{n}", "resources": random.sample(RESOURCES, 4), "profit": random.randint(50, 99)}
        for n in range(2000)
    ]
