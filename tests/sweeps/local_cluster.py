"""A cluster of two workers on this machine, in a process of its own: its address and its processes are printed.

It lives until its standard input is closed. A line there says what its workers have from then on in place of this
netcost: the number of another version, or `nothing`; it is printed when that is done.
"""

from __future__ import annotations

import json
import sys


def replace(instead: str) -> None:
    """Let a worker have another version of netcost, or none."""
    sys.modules.pop("netcost", None)
    if instead == "nothing":
        sys.modules["netcost"] = None  # type: ignore[assignment]
    else:
        import netcost

        netcost.__version__ = instead


def main() -> None:
    import dask
    from distributed import Client, LocalCluster

    dask.config.set(
        {"distributed.worker.multiprocessing-method": "forkserver"}
    )  # that one imports what they all need
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=0) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        print(json.dumps({"address": cluster.scheduler_address, "workers": pids}), flush=True)  # noqa: T201
        for line in sys.stdin:
            with Client(cluster) as client:
                client.run(replace, line.strip())
            print(line, end="", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
