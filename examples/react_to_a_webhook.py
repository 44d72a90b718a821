"""Be told by the service what happens to tasks: a small server that checks each delivery's signature.

Register its address first: what POST /api/v1/webhooks answers holds the secret, which this program takes as SECRET.
A service calls addresses of its own network only with SATSELECT_WEBHOOKS=private.
"""

import base64
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = base64.b64decode(os.environ["SECRET"].removeprefix("whsec_"))


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_genuine = self._is_genuine(body)
        self.send_response(204 if is_genuine else 401)
        self.end_headers()
        if is_genuine:
            told = json.loads(body)
            for task in told["data"].get("tasks") or [told["data"]["task"]]:
                print(told["type"], task["name"], task["status"], flush=True)

    def _is_genuine(self, body: bytes) -> bool:
        id, stamp, signatures = (self.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
        expected = base64.b64encode(hmac.digest(SECRET, f"{id}.{stamp}.".encode() + body, "sha256"))
        is_fresh = stamp.isdecimal() and abs(time.time() - int(stamp)) < 300
        return is_fresh and any(hmac.compare_digest(b"v1," + expected, one.encode()) for one in signatures.split())


HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Receiver).serve_forever()
