"""What pandas reads in a table, as JSON."""

import json
import sys

import pandas as pd

table = pd.read_csv(
    sys.argv[1],
    parse_dates=["starts", "ends"],
    dtype={"name": "string", "satellite": "string"},
    keep_default_na=False,
    na_values={"starts": "", "ends": "", "profit": ""},
)
rows = []
for row in table.to_dict("records"):
    row["starts"], row["ends"] = ("" if pd.isna(one) else one.isoformat() for one in (row["starts"], row["ends"]))
    rows.append(row)
print(json.dumps(rows, default=str))
