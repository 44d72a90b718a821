import json
from pathlib import Path

from tests.cli.test_keys import satselect


def test_products_are_listed_and_what_is_wrong_with_one_is_said(migrated_folder: Path) -> None:
    product: dict[str, object] = {
        "product": "a",
        "title": "A",
        "fleet": "default",
        "geometries": ["Point"],
        "resources": [],
    }
    product |= {"duration": 1}
    (migrated_folder / "product.json").write_text(json.dumps(product))
    (migrated_folder / "wrong.json").write_text(json.dumps({**product, "duration": -1}))
    made = satselect(migrated_folder, "products", "create", "product.json")
    assert (made.returncode, "no horizon" in made.stderr) == (2, True)
    wrong = satselect(migrated_folder, "products", "create", "wrong.json")
    assert (wrong.returncode, "/duration" in wrong.stderr) == (2, True)
    assert json.loads(satselect(migrated_folder, "products", "list", "--json").stdout) == {"items": []}
    assert satselect(migrated_folder, "products", "withdraw", "a").returncode == 2
