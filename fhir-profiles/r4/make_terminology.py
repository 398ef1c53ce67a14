#!/usr/bin/env python3
"""Makes terminology.txt.gz, the code systems and value sets of R4 without their texts, from hl7.fhir.r4.core 4.0.1.

Usage: make_terminology.py SOURCE [TARGET]

SOURCE is what make_index.py takes. The same source always gives the same bytes. The format is described in README.md beside
this script.
"""

import gzip
import hashlib
import pathlib
import sys

from make_index import read

# What the specification shows how terminology is written with; it means nothing.
EXAMPLES = {"example", "example-supplement", "example-expansion", "example-hierarchical", "example-filter",
            "example-intensional", "example-extensional"}

# Properties by which a concept names others that it stands above.
BELOW = "child"


def of_all(concepts):
    """All concepts, children after their parent."""
    for concept in concepts:
        yield concept
        yield from of_all(concept.get("concept", []))


def hierarchy(concepts):
    """Codes as fields; those below a code stand in parentheses after it. A code with several parents stands below each."""
    fields = []
    for concept in concepts:
        inner = concept.get("concept", [])
        nested = {child["code"] for child in inner}
        named = [p["valueCode"] for p in concept.get("property", []) if p["code"] == BELOW]
        below = hierarchy(inner) + [code for code in named if code not in nested]
        fields += [concept["code"], *(["(", *below, ")"] if below else [])]
    return fields


def code_system_line(definition):
    """URL and codes."""
    known = {p["code"] for concept in of_all(definition["concept"]) for p in concept.get("property", [])}
    if known & {"parent", "subsumedBy"}:
        sys.exit(f"{definition['url']} names parents, which this script does not read")
    if any(concept["code"] in ("(", ")") for concept in of_all(definition["concept"])):
        sys.exit(f"{definition['url']} has a code that is a parenthesis")
    mark = "C" if definition["content"] == "complete" else "F"
    return "\t".join([mark, definition["url"], *hierarchy(definition["concept"])])


def part_lines(mark, part):
    """One part of what a value set takes in or leaves out."""
    if len(part.get("filter", [])) > 1 or ("valueSet" in part and "system" in part):
        sys.exit(f"this script does not read {part}")
    for filter_ in part.get("filter", []):
        return ["\t".join([mark + "f", part["system"], filter_["property"], filter_["op"], filter_["value"]])]
    if "valueSet" in part:
        return ["\t".join([mark + "v", *part["valueSet"]])]
    return ["\t".join([mark + "c", part["system"], *(concept["code"] for concept in part.get("concept", []))])]


def value_set_lines(definition):
    """URL, and a line for each part."""
    lines = ["\t".join(["V", definition["url"]])]
    for mark, parts in (("+", "include"), ("-", "exclude")):
        for part in definition["compose"].get(parts, []):
            lines += part_lines(mark, part)
    return lines


def make(source):
    """The terminology as text."""
    found = {"CodeSystem": {}, "ValueSet": {}}
    for _, definition in read(source):
        group = found.get(definition.get("resourceType"))
        if group is not None and definition["id"] not in EXAMPLES:
            group[definition["url"]] = definition
    lines = ["# R4 4.0.1"]
    for _, definition in sorted(found["CodeSystem"].items()):
        if definition.get("concept"):
            lines.append(code_system_line(definition))
    for _, definition in sorted(found["ValueSet"].items()):
        lines += value_set_lines(definition)
    return "\n".join(lines) + "\n"


def main():
    """Writes the terminology and prints what was written."""
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    target = pathlib.Path(sys.argv[2] if len(sys.argv) == 3 else pathlib.Path(__file__).with_name("terminology.txt.gz"))
    text = make(sys.argv[1]).encode()
    packed = gzip.compress(text, 9, mtime=0)
    target.write_bytes(packed)
    systems, value_sets = (sum(text.count(b"\n%c\t" % mark) for mark in marks) for marks in (b"CF", b"V"))
    print(f"{systems} code systems, {value_sets} value sets")
    print(f"{target.name}: {len(text)} bytes of text, {len(packed)} packed, of text sha256 {hashlib.sha256(text).hexdigest()}")


if __name__ == "__main__":
    main()
