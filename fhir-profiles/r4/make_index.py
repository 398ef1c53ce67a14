#!/usr/bin/env python3
"""Makes index.txt.gz, the part of HL7's R4 definitions that the server needs, from hl7.fhir.r4.core 4.0.1.

Usage: make_index.py SOURCE [TARGET]

SOURCE is the package (.tgz, or a .tar.xz of the same files) or a folder with its unpacked JSON files. The same
source always gives the same bytes. The format is described in README.md beside this script.
"""

import gzip
import hashlib
import json
import pathlib
import sys
import tarfile

STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"
VALUE_SET = "http://hl7.org/fhir/ValueSet/"
PARAMETER = "http://hl7.org/fhir/SearchParameter/"
COMPARTMENT = "http://hl7.org/fhir/CompartmentDefinition/"
FHIR_TYPE = STRUCTURE + "structuredefinition-fhir-type"

# The specification's worked examples of search parameters and compartments: they are no part of any resource's search.
EXAMPLES = {"example", "example-extension", "example-reference"}

# The type that the specification's text gives to an element where its published definition says another.
CORRECTED = {"Resource.id": "id"}

# The parts of a composite whose published expressions are swapped: each is to be found where its own parameter looks.
SWAPPED = {"DocumentReference-relationship"}

# Rules that are kept by other means: every walk over a resource checks them.
CHECKED = {"ele-1", "ext-1", "dom-2", "dom-3", "txt-1", "txt-2"}

# Rules whose published expression says something else than the specification's text.
CORRECTED_RULES = {
    # Of con-3 the published expression compares a concept with a text; of ref-1 it forgets `#` alone, which is what contains it.
    "con-3": "clinicalStatus.exists() or verificationStatus.coding.where(code = 'entered-in-error').exists()"
    " or category.coding.where(code = 'problem-list-item').empty()",
    "ref-1": "reference.startsWith('#').not() or reference = '#' or (reference.substring(1) in %rootResource.contained.id)",
}

# Units that quantities are often given in; the server compares those of one dimension.
UNITS = VALUE_SET + "ucum-common"


def read(source):
    """Yields every definition in the package."""
    path = pathlib.Path(source)
    if path.is_dir():
        for file in sorted(path.rglob("*-*.json")):
            yield file.name, json.loads(file.read_bytes())
        return
    with tarfile.open(path) as archive:
        for member in archive:
            name = pathlib.PurePosixPath(member.name).name
            if member.isfile() and "-" in name and name.endswith(".json"):
                yield name, json.load(archive.extractfile(member))


def short(url, prefix):
    """The last part of one of HL7's own URLs; any other URL whole."""
    return url[len(prefix):] if url.startswith(prefix) else url


def codes_of(concepts):
    """All codes of a code system, in the order written, children after their parent."""
    for concept in concepts:
        yield concept["code"]
        yield from codes_of(concept.get("concept", []))


def expand(value_set, code_systems):
    """A value set as a list of (system, codes), or None where the package does not hold all its codes."""
    groups = []
    for include in value_set["compose"]["include"]:
        system = include.get("system")
        if include.get("filter") or include.get("valueSet") or not system:
            return None
        if include.get("concept"):
            codes = [concept["code"] for concept in include["concept"]]
        elif code_systems.get(system, {}).get("content") == "complete":
            codes = list(codes_of(code_systems[system].get("concept", [])))
        else:
            return None
        if any(" " in code for code in codes):
            return None
        groups.append((system, codes))
    return None if value_set["compose"].get("exclude") else groups


def type_of(element, type_):
    """One allowed type of an element, with the types that a reference may point at."""
    code = type_["code"]
    for extension in type_.get("extension", []):
        if extension["url"] == FHIR_TYPE:
            code = extension.get("valueUrl") or extension["valueUri"]
    if code in ("BackboneElement", "Element") and element.get("_children"):
        code = element["path"]
    code = CORRECTED.get(element["base"]["path"], code)
    targets = sorted(short(url, STRUCTURE) for url in type_.get("targetProfile", []))
    if code not in ("Reference", "canonical") or "Resource" in targets or any("/" in t for t in targets):
        targets = []
    return f"{code}({','.join(targets)})" if targets else code


def element_line(element, bindings):
    """name, cardinality and flags, types, bound value set."""
    name = element["path"].rpartition(".")[2]
    if "contentReference" in element:
        types = element["contentReference"].lstrip("#")
    else:
        types = "|".join(type_of(element, type_) for type_ in element["type"])
    flags = ("s" if element.get("isSummary") else "") + ("m" if element.get("isModifier") else "")
    line = [name, f"{element['min']}..{element['max']}", flags, types]
    binding = element.get("binding", {})
    value_set = binding.get("valueSet", "").partition("|")[0]
    if binding.get("strength") == "required" and value_set in bindings:
        line.append(short(value_set, VALUE_SET))
    return "\t".join(line)


def rule_lines(element, name, inherited):
    """The rules of an element: its name where it is no type of its own, key, severity, expression, text."""
    lines = []
    for rule in element.get("constraint", []):
        key, expression = rule["key"], rule.get("expression")
        if key in CHECKED or key in inherited or not expression:
            continue
        expression = CORRECTED_RULES.get(key, " ".join(expression.split()))
        lines.append("\t".join(["I", name, key, rule["severity"][0], expression, " ".join(rule["human"].split())]))
    return lines


def structure_lines(definition, bindings, inherited_rules):
    """One block for the type and one for each group of elements nested in it."""
    elements = definition["snapshot"]["element"]
    base = short(definition.get("baseDefinition", ""), STRUCTURE)
    kind = {"resource": "R", "complex-type": "C", "primitive-type": "P"}[definition["kind"]]
    if kind == "P":
        return [f"P\t{definition['name']}\t{base}"]
    if definition["abstract"] and kind == "R":
        kind = "A"
    inherited = ("id", "extension", "modifierExtension")
    paths = {element["path"].rpartition(".")[0] for element in elements}
    for element in elements:
        element["_children"] = element["path"] in paths
    lines = []
    for parent in elements:
        children = [e for e in elements if e["path"].rpartition(".")[0] == parent["path"]]
        if parent is elements[0]:
            lines.append("\t".join([kind, definition["name"], base]))
            owner = definition["name"]
            children = [e for e in children if e["base"]["path"].partition(".")[0] == owner]
        elif children:
            lines.append("\t".join(["B", parent["path"], parent["type"][0]["code"]]))
            children = [e for e in children if e["path"].rpartition(".")[2] not in inherited]
        if parent is elements[0] or children:
            lines.extend(rule_lines(parent, "", inherited_rules))
        lines.extend(element_line(child, bindings) for child in children)
        for child in children:
            if not child["_children"]:
                lines.extend(rule_lines(child, child["path"].rpartition(".")[2].removesuffix("[x]"), inherited_rules))
    return lines


def parameter_line(parameter):
    """code, type, URL, bases, targets, expression, components."""
    parts = parameter.get("component", [])
    expressions = [part["expression"] for part in parts]
    if short(parameter["url"], PARAMETER) in SWAPPED:
        expressions.reverse()
    components = [f"{short(part['definition'], PARAMETER)}={text}" for part, text in zip(parts, expressions)]
    fields = [
        "S",
        parameter["code"],
        parameter["type"],
        short(parameter["url"], PARAMETER),
        ",".join(parameter["base"]),
        ",".join(parameter.get("target", [])),
        " ".join(parameter["expression"].split()),
        *components,
    ]
    return "\t".join(fields)


def compartment_line(definition):
    """code, then the types in it, each with the parameters that may name the compartment."""
    members = [f"{r['code']}={','.join(r['param'])}" for r in definition["resource"] if r.get("param")]
    return "\t".join(["K", definition["code"], *members])


def units_line(value_set):
    """Codes that other codes can be converted to: annotations mean something else each, and have no blank."""
    codes = {concept["code"] for include in value_set["compose"]["include"] for concept in include["concept"]}
    return "\t".join(["U", *sorted(code for code in codes if "{" not in code and " " not in code)])


def is_indexed_parameter(parameter):
    """Whether a SearchParameter says what it searches."""
    id_ = short(parameter["url"], PARAMETER)
    return bool(parameter.get("expression") and parameter.get("base")) and id_ not in EXAMPLES


def make(source):
    """The index as text."""
    kinds = ("StructureDefinition", "ValueSet", "CodeSystem", "SearchParameter", "CompartmentDefinition")
    found = {kind: {} for kind in kinds}
    for _, definition in read(source):
        group = found.get(definition.get("resourceType"))
        if group is not None:
            group[definition["url"]] = definition
    structures = [
        d
        for d in found["StructureDefinition"].values()
        if d["kind"] in ("resource", "complex-type", "primitive-type") and d.get("derivation") != "constraint"
    ]
    structures.sort(key=lambda d: (["primitive-type", "complex-type", "resource"].index(d["kind"]), d["name"]))
    required = {
        element["binding"]["valueSet"].partition("|")[0]
        for d in structures
        for element in d["snapshot"]["element"]
        if element.get("binding", {}).get("strength") == "required"
    }
    bindings = {}
    for url in sorted(required):
        if url in found["ValueSet"]:
            groups = expand(found["ValueSet"][url], found["CodeSystem"])
            if groups:
                bindings[url] = groups
    lines = ["# R4 4.0.1"]
    for url, groups in bindings.items():
        lines.append("\t".join(["V", short(url, VALUE_SET), *(" ".join([s, *codes]) for s, codes in groups)]))
    rules = {d["url"]: {rule["key"] for rule in d["snapshot"]["element"][0].get("constraint", [])} for d in structures}
    for definition in structures:
        base = definition.get("baseDefinition", "")
        lines.extend(structure_lines(definition, bindings, rules.get(base, set())))
    parameters = [p for p in found["SearchParameter"].values() if is_indexed_parameter(p)]
    lines.extend(sorted(parameter_line(parameter) for parameter in parameters))
    compartments = [d for d in found["CompartmentDefinition"].values() if short(d["url"], COMPARTMENT) not in EXAMPLES]
    lines.extend(sorted(compartment_line(definition) for definition in compartments))
    lines.append(units_line(found["ValueSet"][UNITS]))
    return "\n".join(lines) + "\n"


def main():
    """Writes the index and prints what was written."""
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    target = pathlib.Path(sys.argv[2] if len(sys.argv) == 3 else pathlib.Path(__file__).with_name("index.txt.gz"))
    text = make(sys.argv[1]).encode()
    packed = gzip.compress(text, 9, mtime=0)
    target.write_bytes(packed)
    print(f"{target.name}: {len(text)} bytes of text, {len(packed)} packed, of text sha256 {hashlib.sha256(text).hexdigest()}")


if __name__ == "__main__":
    main()
