"""Asks the programs that our files are for whether they take them.

Usage: takes.py FOLDER [FOLDER ...]; every file in them of a name that we know is shown to its program.
"""

import contextlib
import csv
import io
import json
import logging
import sys
import warnings
from collections import Counter
from pathlib import Path

import jsonschema
import openpyxl
import pyarrow
import pyarrow.parquet
import stix2
from mitreattack.navlayers import Layer
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from py_ocsf_models.events.findings.detection_finding import DetectionFinding
from pymisp import MISPEvent, MISPObject
from stix2validator import ValidationOptions, validate_string
from timesketch.lib.utils import read_and_validate_csv, read_and_validate_jsonl

try:  # Wants a newer Python than the others.
    from ssvc.selection import SelectionList
except ImportError:
    SelectionList = None

logging.disable(logging.ERROR)
warnings.simplefilter("ignore")

# UUIDs of version 5 are ours by design ({103}); a URL without its hash is MITRE's page of a technique ({302}); web logs
# know no port of the client ({301}).
STIX_REMARKS = ("{103}", "{302}", "{301}")


def stix(path: Path):
    text = path.read_text("utf-8")
    said = validate_string(text, ValidationOptions(version="2.1"))
    if not said.is_valid:
        yield from (f"stix2-validator: {e}" for e in said.errors[:3])
    for remark in getattr(said, "warnings", []) or []:
        if not any(known in str(remark) for known in STIX_REMARKS):
            yield f"stix2-validator: {remark}"
    for made in json.loads(text)["objects"]:
        parsed = stix2.parse(made, allow_custom=False, version="2.1")
        if isinstance(parsed, stix2.v21._Observable):
            again = stix2.parse({k: v for k, v in made.items() if k != "id"}, version="2.1")
            if again.id != made["id"]:
                yield f"stix2: {made['id']} would be {again.id}"


def misp(path: Path):
    event = MISPEvent()
    event.load_file(str(path))
    made = json.loads(path.read_text("utf-8"))["Event"]
    if len(event.attributes) != len(made["Attribute"]) or len(event.objects) != len(made["Object"]):
        yield "PyMISP: attributes or objects are lost"
    for obj in event.objects:
        strict = MISPObject(obj.name, strict=True)
        if strict.template_uuid != obj.template_uuid or str(strict.template_version) != str(obj.template_version):
            yield f"PyMISP: the template of {obj.name} is another"
        for a in obj.attributes:
            strict.add_attribute(a.object_relation, value=a.value, type=a.type)
        strict.to_dict()
        if not strict._validate():
            yield f"PyMISP: {obj.name} lacks what its template asks for"
    event.to_json()


def navigator(path: Path):
    made = json.loads(path.read_text("utf-8"))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        back = Layer(made, strict=True).to_dict()
    if said.getvalue():
        yield f"mitreattack-python: {said.getvalue().strip()}"
    for key in ("name", "domain", "versions", "description"):
        if back.get(key) != made[key]:
            yield f"mitreattack-python: {key} comes back as {back.get(key)!r}"
    cells = lambda layer: [(t["techniqueID"], t["tactic"], t["score"]) for t in layer.get("techniques", [])]
    if cells(back) != cells(made):
        yield "mitreattack-python: techniques are lost"


OCSF = OcsfJsonSchemaEmbedded(get_ocsf_schema("1.5.0")).get_class_schema("detection_finding")
OCSF_VALIDATOR = jsonschema.validators.validator_for(OCSF)(OCSF)


def lines(path: Path):
    """Lines of JSON end in a line feed alone; texts of evidence hold other characters that Python takes for line ends."""
    return [line for line in path.read_bytes().decode("utf-8").split("\n") if line]


def ocsf(path: Path):
    for n, line in enumerate(lines(path), 1):
        event = json.loads(line)
        for e in list(OCSF_VALIDATOR.iter_errors(event))[:3]:
            yield f"ocsf-json-schema: line {n}: {e.json_path}: {e.message[:200]}"
        DetectionFinding(**event)


def timeline(path: Path):
    made = lines(path)
    with path.open("rb") as file:
        rows = list(read_and_validate_jsonl(file))
    if len(rows) != len(made):
        yield f"Timesketch: {len(rows)} of {len(made)} lines are kept"


def timesketch(path: Path):
    # The spreadsheet reader of Python, for the number of rows.
    with path.open(newline="", encoding="utf-8") as file:
        made = list(csv.DictReader(file))
    if not made:
        return
    with path.open("r", encoding="utf-8", newline="") as file:
        rows = list(read_and_validate_csv(file))
    if len(rows) != len(made):
        yield f"Timesketch: {len(rows)} of {len(made)} rows are kept"
    for row, own in zip(rows, made):
        if int(row["timestamp"]) != int(own["timestamp"]) or not isinstance(row["tag"], list):
            yield f"Timesketch: {own['datetime']} comes back as {row['timestamp']}"


def xlsx(path: Path):
    book = openpyxl.load_workbook(path)
    if not str(book.worksheets[0]["B2"].value).startswith("TLP:"):
        yield "openpyxl: the label of TLP is not where it belongs"
    for sheet in book.worksheets:
        for cell in (c for row in sheet.iter_rows() for c in row if c.value is not None):
            if cell.data_type != "s" or cell.hyperlink is not None:
                yield f"openpyxl: {sheet.title}!{cell.coordinate} is {cell.data_type!r}, not text"
            if len(cell.value.encode("utf-16-le")) // 2 > 32767:
                yield f"openpyxl: {sheet.title}!{cell.coordinate} is too long for Excel"


def parquet(path: Path):
    table = pyarrow.parquet.read_table(path)
    table.validate(full=True)
    utc = pyarrow.timestamp("us", tz="UTC")
    for field in table.schema:
        if pyarrow.types.is_timestamp(field.type) and field.type != utc:
            yield f"pyarrow: {field.name} is {field.type}"
    if not pyarrow.parquet.read_metadata(path).metadata.get(b"tlp", b"").startswith(b"TLP:"):
        yield "pyarrow: no label of TLP"


def ssvc(path: Path):
    for n, line in enumerate(lines(path), 1):
        if SelectionList is not None and len(SelectionList.model_validate_json(line).selections) != 5:
            yield f"certcc-ssvc: line {n}: selections are lost"


def ecs(path: Path):
    # No reader of Elastic's is to be had as a library; that its lines are JSON is all that is asked here.
    for n, line in enumerate(lines(path), 1):
        if not isinstance(json.loads(line).get("@timestamp"), str):
            yield f"line {n}: no moment"


PEERS = {
    "bundle.stix.json": stix,
    "misp-event.json": misp,
    "attack-navigator.json": navigator,
    "ocsf.ndjson": ocsf,
    "ecs.ndjson": ecs,
    "timeline.jsonl": timeline,
    "timesketch.csv": timesketch,
    "report.xlsx": xlsx,
    "findings.parquet": parquet,
    "timeline.parquet": parquet,
    "ssvc.ndjson": ssvc,
}


def faults(path: Path, peer):
    try:
        yield from peer(path)
    except Exception as error:  # Whatever the program says, it is a fault of the file.
        yield f"{type(error).__name__}: {str(error)[:300]}"


def main() -> int:
    shown, bad = Counter(), 0
    for folder in map(Path, sys.argv[1:]):
        for path in sorted(folder.rglob("*")):
            name = path.name.replace(".fr.", ".", 1)
            if name not in PEERS:
                continue
            shown[name] += 1
            for fault in list(faults(path, PEERS[name]))[:5]:
                bad += 1
                print(f"FAULT  {path}: {fault}")
    for name, count in sorted(shown.items()):
        print(f"ok  {count:3} {name}")
    if SelectionList is None:
        print("skipped: ssvc.ndjson, its reader wants Python 3.12")
    return 1 if bad or set(shown) != set(PEERS) else 0


if __name__ == "__main__":
    sys.exit(main())
