"""What the models of yamcs-client read in a file, as JSON. Each item has to be a request to save it, too."""

import json
import sys
from pathlib import Path

from yamcs.client.timeline.model import TimelineItem
from yamcs.protobuf._vendor.google.protobuf.json_format import Parse, ParseDict
from yamcs.protobuf.timeline import timeline_pb2

text = Path(sys.argv[1]).read_text(encoding="utf-8")
listed = Parse(text, timeline_pb2.ListItemsResponse())
found = []
for proto, item in zip(listed.items, json.loads(text)["items"], strict=True):
    asked = ParseDict(item, timeline_pb2.SaveItemRequest())
    read = TimelineItem._as_subclass(proto)
    written = read._to_proto()
    for field in ("id", "name", "type", "start", "duration", "tags", "extra"):
        assert getattr(written, field) == getattr(proto, field) == getattr(asked, field), field
    found.append(
        {
            "class": type(read).__name__,
            "id": read.id,
            "name": read.name,
            "start": read.start_time.isoformat(),
            "seconds": read.duration.total_seconds(),
            "tags": list(read.tags),
            "extra": dict(read.extra),
            "auto_start": asked.autoStart,
        }
    )
print(json.dumps(found))
