"""Compares each hive as Assize reads it with what python-registry reads, after regipy applied the logs beside it."""

import json
import logging
import sys
from datetime import datetime, timezone
from pathlib import Path

from Registry import Registry
from regipy.recovery import apply_transaction_logs

logging.disable(logging.CRITICAL)

# Differences that are known, by the end of the hive's name: how many there may be, and why.
EXPLAINED = {
    "NTUSER-WIN7.DAT": (3, "numbers that stand in cells of their own; the reference gives the place of the cell"),
    "CompHive": (4, "a name in one byte a letter: the format widens byte 9F as it is, the reference reads it as Windows-1252"),
}


def recovered(files):
    """The hive with its logs applied, where it has any.

    regipy applies each log that it is given from its begin to its end. Entries older than the hive are passed over in the
    format, so it is given those logs alone that go on where the hive ends.
    """
    last = sequence(files[0], 8)
    logs = sorted((f for f in files[1:] if sequence(f, 4) >= last), key=lambda f: sequence(f, 4))
    for n, log in enumerate(logs):
        target = f"{files[0]}.restored{n}"
        Path(target).unlink(missing_ok=True)
        apply_transaction_logs(files[0], log, restored_hive_path=target)
        files = [target]
    return files[0]


def sequence(file, at):
    return int.from_bytes(Path(file).read_bytes()[at : at + 4], "little")


def micros(time):
    """Microseconds since 1970, from a time without zone that is UTC."""
    delta = time.replace(tzinfo=timezone.utc) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (delta.days * 86400 + delta.seconds) * 1_000_000 + delta.microseconds


# Stands for the keys below one that the reference cannot list to their end.
STOPPED = "stopped"


def raw(value):
    """The bytes of a value. The reference gives four for each that stands in its own record, whatever its length."""
    record = value._vkrecord
    length = record.raw_data_length()
    if length < 0x80000000:
        return value.raw_data().hex()
    at = record.data_offset()
    return bytes(record._buf[at : at + length - 0x80000000]).hex()


def walk(key, path, keys, trouble):
    """Every key that the reference can reach; what stops it is kept."""
    try:
        values = [[v.name(), v._vkrecord.data_type(), raw(v)] for v in key.values()]
    except Exception as e:
        trouble.append(f"{path}: values: {e!r}")
        values = None
    try:
        written = micros(key.timestamp())
    except Exception as e:
        trouble.append(f"{path}: time: {e!r}")
        written = None
    keys.append((path, written, values))
    try:
        for below in key.subkeys():
            name = below.name()
            walk(below, f"{path}\\{name}" if path else name, keys, trouble)
    except RecursionError:
        trouble.append(f"{path}: keys: too deep")
    except Exception as e:
        trouble.append(f"{path}: keys: {e!r}")
        keys.append((path, None, STOPPED))


def reference(files):
    keys, trouble = [], []
    try:
        walk(Registry.Registry(recovered(files)).root(), "", keys, trouble)
    except Exception as e:
        trouble.append(repr(e))
    return keys, trouble


def differences(ours, theirs):
    """What is not the same: keys by their path, in the order of those that share one; and how many keys are ours alone,
    because the reference stopped above them."""
    said, alone = [], 0
    if "refused" in ours:
        return ([f"refused: {ours['refused']}"] if theirs else []), alone
    stopped = {path for path, _, values in theirs if values is STOPPED}
    theirs = [key for key in theirs if key[2] is not STOPPED]
    mine, other = {}, {}
    for target, keys in ((mine, ours["keys"]), (other, theirs)):
        for path, written, values in keys:
            target.setdefault(path, []).append((written, values))
    for path in sorted(set(mine) | set(other)):
        a, b = mine.get(path, []), other.get(path, [])
        above = {""} | {path[:at] for at, letter in enumerate(path) if letter == "\\"}
        if len(a) > len(b) and stopped & above:
            alone += len(a) - len(b)
            continue
        if len(a) != len(b):
            said.append(f"{path!r}: {len(a)} keys of that path, the reference has {len(b)}")
            continue
        for (written, values), (their_time, their_values) in zip(a, b):
            # The reference rounds to microseconds through a float.
            if their_time is not None and abs(written - their_time) > 1:
                said.append(f"{path!r}: written {written}, the reference says {their_time}")
            if their_values is None:
                continue
            if len(values) != len(their_values):
                said.append(f"{path!r}: {len(values)} values, the reference has {len(their_values)}")
            for value, their in zip(values, their_values):
                if value != their:
                    said.append(f"{path!r}: {str(value)[:150]}, the reference says {str(their)[:150]}")
    return said, alone


def main():
    sys.setrecursionlimit(4000)
    bad = 0
    for hive in json.load(open(sys.argv[1])):
        ours = json.load(open(hive["ours"]))
        theirs, trouble = reference(hive["files"])
        said, alone = differences(ours, theirs)
        allowed, why = next((e for end, e in EXPLAINED.items() if hive["name"].endswith(end)), (0, ""))
        right = len(said) == allowed
        bad += not right
        keys = len(ours.get("keys", []))
        values = sum(len(v) for _, _, v in ours.get("keys", []))
        verdict = "the same" if not said else f"{len(said)} differences" + (f", explained: {why}" if right else "")
        if alone:
            verdict += f"; {alone} keys ours alone, where the reference stopped at damage"
        print(f"{hive['name']}: {keys} keys, {values} values, {ours.get('state', 'refused')}: {verdict}")
        for text in [] if right else said[:12]:
            print("   ", text)
        for text in [] if right else trouble[:5]:
            print("    the reference:", text)
    return bad != 0


sys.exit(main())
