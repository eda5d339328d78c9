"""vpp_papi, unmodified, in a session with a VPP: session.py SOCKET API_DIR SESSION_JSON

Prints a JSON line for each call of the session, with its replies, and then one for each event.
"""

import enum
import json
import logging
import sys
import time

from vpp_papi import VPPApiClient

EVENT_PATIENCE_SECONDS = 5


def main(socket, api_dir, session_file):
    # vpp_papi logs the end of its own reader thread as an error.
    logging.disable(logging.CRITICAL)
    with open(session_file, encoding="utf-8") as file:
        session = json.load(file)
    events = []
    VPPApiClient.apidir = api_dir
    vpp = VPPApiClient(server_address=socket)
    vpp.register_event_callback(lambda name, event: events.append((name, event)))
    vpp.connect("papi")
    print_line({"connected": True, "messages": len(vpp.transport.message_table)})
    for call in session["calls"]:
        result = getattr(vpp.api, call["call"])(**call["args"])
        print_line({"call": call["call"], "replies": plain(result)})
    deadline = time.monotonic() + EVENT_PATIENCE_SECONDS
    while len(events) < session["events"] and time.monotonic() < deadline:
        time.sleep(0.01)
    for name, event in events:
        print_line({"event": name, "fields": plain(event)})
    vpp.disconnect()
    print_line({"disconnected": True})


def plain(value):
    """As JSON: tuples with names as objects, enums as numbers, all else that JSON lacks as text."""
    if hasattr(value, "_asdict"):
        return {"$type": type(value).__name__, **{k: plain(v) for k, v in value._asdict().items()}}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, bytes):
        return {"$hex": value.hex()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def print_line(value):
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
