"""vpp_papi's stats client: stats.py SOCKET; prints every entry of the segment as one JSON object."""

import json
import sys

from vpp_papi.vpp_stats import VPPStats


def main(socket):
    stats = VPPStats(socket)
    stats.connect()
    values = {name: plain(stats[name]) for name in stats.ls(["/"])}
    stats.disconnect()
    print(json.dumps(values))


def plain(value):
    """Rows of counters as lists; a combined counter as [packets, bytes]."""
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, bytes):
        return value.decode("utf-8")
    return value


if __name__ == "__main__":
    main(*sys.argv[1:])
