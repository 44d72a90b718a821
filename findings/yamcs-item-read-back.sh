#!/bin/sh
# Guess: a timeline item that was saved can be fetched by its id, changed, and saved again.
# True: TimelineClient.get_item returns None for an item that is there; list_items gives it, but a TimelineTask has lost
# auto_start on the way, though the server sends it: saved again, it no longer starts by itself.
# yamcs-client 2.1.0, against a local server that sends what Yamcs would, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check yamcs-client==2.1.0
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("yamcs-client", version("yamcs-client"))
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from yamcs.client import TimelineTask, YamcsClient
from yamcs.protobuf.timeline import timeline_pb2

TASK = TimelineTask("pass", start=datetime(2026, 12, 1, tzinfo=UTC), duration=timedelta(seconds=390), auto_start=True)
SENT = TASK._to_proto()


class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        is_one = self.path.partition("?")[0].endswith(SENT.id)
        body = (SENT if is_one else timeline_pb2.ListItemsResponse(items=[SENT])).SerializeToString()
        self.send_response(200)
        self.send_header("Content-Type", "application/protobuf")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
Thread(target=server.serve_forever, daemon=True).start()
timeline = YamcsClient(f"127.0.0.1:{server.server_port}").get_timeline_client("made-up")
one, (listed,) = timeline.get_item(SENT.id), list(timeline.list_items())
print("sent: auto_start", SENT.autoStart, "; get_item:", one, "; list_items: auto_start", listed.auto_start)
assert SENT.autoStart
assert one is None
assert listed.id == SENT.id and not listed.auto_start
server.shutdown()
PROGRAM
