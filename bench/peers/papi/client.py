"""vpp_papi as a client of the benchmark: does the work that its argument names and prints one line.

../../parameters.ts says what the argument and the line are.
"""

import json
import logging
import os
import sys
import time

from vpp_papi import VPPApiClient
from vpp_papi.vpp_stats import VPPStats

ALL_INTERFACES = 0xFFFFFFFF


def connect(p):
    """vpp_papi reads the definitions from VPP itself: bootstrapapi."""
    vpp = VPPApiClient(server_address=p["socket"], bootstrapapi=True, read_timeout=60)
    vpp.connect("bench")
    return vpp


def ping(p):
    vpp = connect(p)
    return rate_of_singles(p, vpp.api.control_ping)


def dump(p):
    vpp = connect(p)
    return rate(p, lambda: len(vpp.api.sw_interface_dump(sw_if_index=ALL_INTERFACES)))


def dump_routes(p):
    vpp = connect(p)
    table = {"table_id": 0, "is_ip6": False}
    return rate(p, lambda: len(vpp.api.ip_route_dump(table=table)))


def events(p):
    vpp = connect(p)
    received = []
    vpp.register_event_callback(lambda name, event: received.append(event.sw_if_index))
    vpp.api.want_interface_events(enable_disable=1, pid=1)

    def one_pass():
        received.clear()
        vpp.api.cli_inband(cmd=f"bench events {p['count']}")
        while len(received) < p["count"]:
            time.sleep(0.001)
        return p["count"]

    return rate(p, one_pass)


def add_routes(p):
    vpp = connect(p)
    count = p["count"]
    added = adding = 0
    start = time.perf_counter()
    while added == 0 or time.perf_counter() - start < p["warmUp"] + p["seconds"]:
        begin = time.perf_counter()
        change_routes(vpp, count, True)
        adding += time.perf_counter() - begin
        added += count
        change_routes(vpp, count, False)
    return {"perSecond": added / adding, "milliseconds": adding / added * count * 1000}


def change_routes(vpp, count, is_add):
    for n in range(count):
        vpp.api.ip_route_add_del(is_add=is_add, is_multipath=False, route=route(n))


def route(n):
    """The nth of the benchmark's routes: 16.0.0.1/32 and on, by one next hop on interface 1."""
    path = {
        "sw_if_index": 1,
        "weight": 1,
        "proto": 0,
        "n_labels": 0,
        "label_stack": [{}] * 16,
        "nh": {"address": {"ip4": "10.0.0.2"}},
    }
    prefix = f"{(n >> 16) + 16}.{n >> 8 & 255}.{n & 255}.1/32"
    return {"table_id": 0, "prefix": prefix, "n_paths": 1, "paths": [path]}


def start_up(p):
    vpp = connect(p)
    vpp.api.control_ping()
    print("first reply", flush=True)
    first = resident_megabytes()
    held = vpp.api.sw_interface_dump(sw_if_index=ALL_INTERFACES)
    dumped = resident_megabytes()
    del held
    return {"firstMegabytes": first, "dumpMegabytes": dumped}


def stats(p):
    segment = VPPStats(p["stats"])
    segment.connect()
    return rate_of_singles(p, lambda: segment.dump(segment.ls(["^/if/"])))


def rate(p, one_pass):
    """Messages a second and processor time a message; a pass returns how many messages it was."""
    repeat(p["warmUp"], one_pass)
    return repeat(p["seconds"], one_pass)


def rate_of_singles(p, call):
    """As rate, with percentiles of the milliseconds that a single call takes."""
    times = []

    def one_pass():
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
        return 1

    repeat(p["warmUp"], one_pass)
    times.clear()
    figures = repeat(p["seconds"], one_pass)
    times.sort()
    return {**figures, "p50": percentile(times, 50), "p99": percentile(times, 99)}


def repeat(seconds, one_pass):
    start = time.perf_counter()
    cpu = time.process_time()
    messages = 0
    while True:
        messages += one_pass()
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            used = (time.process_time() - cpu) * 1e6
            return {"perSecond": messages / elapsed, "cpuMicroseconds": used / messages}


def percentile(ordered, percent):
    return ordered[-(-len(ordered) * percent // 100) - 1]


def resident_megabytes():
    """VmRSS of Linux, which counts in KiB."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0


WORKS = {
    "ping": ping,
    "dump": dump,
    "dumpRoutes": dump_routes,
    "events": events,
    "addRoutes": add_routes,
    "startUp": start_up,
    "stats": stats,
}


def main():
    # vpp_papi logs the end of its own reader thread as an error.
    logging.disable(logging.CRITICAL)
    parameters = json.loads(sys.argv[1])
    work = WORKS.get(parameters["work"])
    if work is None:
        outcome = {"skip": "not part of this program"}
    elif "shm" in parameters:
        outcome = {"skip": "vpp_papi has no shared memory"}
    else:
        outcome = {"figures": work(parameters)}
    print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    main()
    # The reader thread is no daemon; it would keep the process alive.
    os._exit(0)
