"""Opens collections with dissect.target: each must be Windows, with its host's name and its web logs.

Usage: opens.py COLLECTION HOST [COLLECTION HOST ...]
"""

import logging
import sys
from itertools import islice

from dissect.target import Target

ROWS = 1000

# Sources that a collection need not hold are warned of; only what is asserted here counts.
logging.disable(logging.ERROR)


def faults(path: str, host: str):
    try:
        target = Target.open(path)
    except Exception as error:  # Whatever the reader says, it is a fault of the collection.
        yield f"is not opened: {error}"
        return
    if target.os != "windows":
        yield f"is taken for {target.os}"
    if target.hostname != host:
        yield f"is of {target.hostname}, not {host}"
    logs = list(target.fs.glob("sysvol/inetpub/logs/LogFiles/W3SVC1/u_ex*.log"))
    if not logs:
        yield "has no IIS log where they belong"
    install = target.registry.value("HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup", "MsiInstallPath").value
    if not target.fs.path(install).joinpath("Logging").exists():
        yield f"has no logs of Exchange in {install}"
    # The reader is slow: it need not read every row.
    rows = sum(1 for _ in islice(target.iis.logs(), ROWS))
    if rows < ROWS:
        yield f"gives {rows} rows of the IIS log"
    else:
        print(f"ok  {target._loader.__class__.__name__:20} {len(logs)} logs  {path}")


def main() -> int:
    pairs = list(zip(sys.argv[1::2], sys.argv[2::2]))
    bad = [f"{path} {fault}" for path, host in pairs for fault in faults(path, host)]
    for line in bad:
        print(f"FAULT  {line}")
    return 1 if bad or not pairs else 0


if __name__ == "__main__":
    sys.exit(main())
