"""Holds the chart's rendered objects against the schemas of Kubernetes, and against what this project promises of them.

    python3 check.py CHART RENDERER

RENDERER is called with the chart and a file of values, and prints YAML. Kinds of others (CloudNativePG, Prometheus' operator) have no
schema here: of those only the rest is checked.
"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema
import kubernetes_validate
import yaml

# The oldest that Chart.yaml allows, and the newest that there are schemas of.
VERSIONS = ["1.30", kubernetes_validate.latest_version()]
OTHERS = {"Cluster", "ScheduledBackup", "ServiceMonitor", "PrometheusRule"}
# What all that can be asked for must have; a template that renders nothing would pass otherwise.
ALL = sorted(
    ["Cluster", "ConfigMap", "Deployment", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Job", "NetworkPolicy"]
    + ["PodDisruptionBudget", "PodDisruptionBudget", "PrometheusRule", "ScheduledBackup", "Service", "Service"]
    + ["ServiceAccount", "ServiceMonitor"]
)

faults = []


def fault(*words):
    faults.append(" ".join(str(word) for word in words))


def rendered(chart, renderer, values):
    done = subprocess.run([renderer, chart, values], capture_output=True, text=True)
    if done.returncode != 0:
        return None, done.stderr.strip()
    return [one for one in yaml.safe_load_all(done.stdout) if one], None


def pods(objects):
    for one in objects:
        if one["kind"] in ("Deployment", "Job"):
            yield f"{one['kind']} {one['metadata']['name']}", one["spec"]["template"]


def check_pod(place, name, template):
    """A pod that is not root, cannot become it, cannot write to its image, and has no secret in its text."""
    spec = template["spec"]
    security = spec.get("securityContext", {})
    if not (security.get("runAsNonRoot") and security.get("runAsUser", 0) > 0):
        fault(place, name, "may run as root")
    if security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        fault(place, name, "has no seccomp profile")
    if spec.get("automountServiceAccountToken") is not False:
        fault(place, name, "has a token for Kubernetes")
    volumes = {volume["name"] for volume in spec.get("volumes", [])}
    for container in spec["containers"]:
        security = container.get("securityContext", {})
        if security.get("allowPrivilegeEscalation") is not False or not security.get("readOnlyRootFilesystem"):
            fault(place, name, "may gain rights, or write to its image")
        if security.get("capabilities", {}).get("drop") != ["ALL"] or security.get("privileged"):
            fault(place, name, "keeps capabilities")
        if "memory" not in container.get("resources", {}).get("limits", {}):
            fault(place, name, "has no limit of memory")
        mounted = {mount["name"] for mount in container.get("volumeMounts", [])}
        if mounted != volumes:
            fault(place, name, "mounts", mounted, "of the volumes", volumes)
        names = [one["name"] for one in container["env"]]
        if len(names) != len(set(names)):
            fault(place, name, "is told a setting twice")
        for one in container["env"]:
            is_secret = any(part in one["name"] for part in ("PASSWORD", "CLIENT_SECRET", "AUDIT_KEY", "SMTP_URL"))
            if is_secret and "secretKeyRef" not in one.get("valueFrom", {}):
                fault(place, name, one["name"], "is not a reference to a secret")
        if container.get("args") != ["migrate"]:
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                if probe not in container:
                    fault(place, name, "has no", probe)


def check_links(place, objects):
    """What selects and what is named must be there."""
    labelled = [template["metadata"]["labels"] for _, template in pods(objects)]
    named = {(one["kind"], one["metadata"]["name"]) for one in objects}
    for one in objects:
        kind, spec = one["kind"], one.get("spec", {})
        if kind in ("Service", "PodDisruptionBudget", "NetworkPolicy"):
            selector = spec.get("selector", spec.get("podSelector"))
            selector = selector.get("matchLabels", selector)
            if not any(selector.items() <= labels.items() for labels in labelled):
                fault(place, kind, one["metadata"]["name"], "selects no pod")
        if kind == "ServiceMonitor":
            services = [other["metadata"]["labels"] for other in objects if other["kind"] == "Service"]
            selected = [labels for labels in services if spec["selector"]["matchLabels"].items() <= labels.items()]
            if len(selected) != 1:
                fault(place, kind, "selects", len(selected), "services")
        if kind == "HorizontalPodAutoscaler":
            target = spec["scaleTargetRef"]
            deployment = next((o for o in objects if (o["kind"], o["metadata"]["name"]) == (target["kind"], target["name"])), None)
            if deployment is None or "replicas" in deployment["spec"]:
                fault(place, kind, "scales nothing, or what has a number of its own")
        if kind == "Ingress":
            for rule in spec["rules"]:
                service = rule["http"]["paths"][0]["backend"]["service"]["name"]
                if ("Service", service) not in named or rule["host"] not in spec["tls"][0]["hosts"]:
                    fault(place, kind, rule["host"], "leads nowhere, or has no certificate")
        if kind == "PrometheusRule" and not spec["groups"][0]["rules"]:
            fault(place, kind, "has no rules")
        if kind == "ConfigMap":
            for text in one["data"].values():
                json.loads(text)
    for name, template in pods(objects):
        account = template["spec"].get("serviceAccountName")
        if account and ("ServiceAccount", account) not in named:
            fault(place, name, "has no service account")


def check_values(chart, renderer):
    """What is wrong is refused: by the schema of the values, or by the chart's own words."""
    schema = json.loads((chart / "values.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    defaults = yaml.safe_load((chart / "values.yaml").read_text())
    good = [defaults] + [yaml.safe_load(file.read_text()) for file in sorted(chart.glob("ci/*.yaml"))]
    for values in good:
        for error in validator.iter_errors(values):
            fault("values.schema.json refuses what is right:", error.message)
    wrong = [
        {"publicURL": "https://a.example"},
        {"publicUrl": "hygeia.example.org"},
        {"settings": {"DATABASE_URL": "postgres://user:password@host/db"}},
        {"settings": {"HYGEIA_LIMITS": ["off"]}},
        {"settings": {"HYGEIA_LIMITS": False}},
        {"settings": {"HYGEIA_USAGE_DAYS": 1000000}},
        {"settings": {"HYGEIA_AUDIT_KEY": "0" * 64}},
        {"settings": {"HYGEIA_OIDC_GOOGLE_CLIENT_SECRET": "secret"}},
        {"settings": {"HYGEIA_SMTP_URL": "smtp://user:password@host"}},
        {"image": {"repository": "a", "digest": "sha256:0"}},
        {"web": {"replicas": -1}},
        {"oidcProviders": [{"name": "google", "issuer": "https://a.example", "secret": {"name": "a"}}]},
        {"database": {"cluster": {"enabled": True, "backup": {"retentionPolicy": "ever"}}}},
        {"service": {"port": 0}},
    ]
    for values in wrong:
        if validator.is_valid(values):
            fault("values.schema.json takes", values)
    smallest = yaml.safe_load((chart / "ci/smallest.yaml").read_text())
    for path, words in [
        (("publicUrl",), "publicUrl is needed"),
        (("auditKey", "secret", "name"), "auditKey.secret.name is needed"),
        (("database", "url", "secret", "name"), "database.url.secret.name is needed"),
    ]:
        values = copy.deepcopy(smallest)
        at = values
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = ""
        refused(chart, renderer, values, words)
    for more, words in [
        ({"ingress": {"enabled": True, "hosts": ["a"], "tlsSecret": "b"}}, "ingress.trustedProxies is needed"),
        ({"ingress": {"enabled": True, "hosts": ["a"], "trustedProxies": ["10.0.0.0/8"]}}, "ingress.tlsSecret is needed"),
        ({"database": {"cluster": {"enabled": True, "backup": {"enabled": True}}}}, "destinationPath is needed"),
    ]:
        refused(chart, renderer, {**smallest, **more}, words)


def refused(chart, renderer, values, words):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(values, file)
        file.flush()
        objects, told = rendered(chart, renderer, file.name)
        if objects is not None or words not in told:
            fault("not refused with", repr(words), "but", told)


def main():
    chart, renderer = pathlib.Path(sys.argv[1]), sys.argv[2]
    check_values(chart, renderer)
    count = 0
    for file in sorted(chart.glob("ci/*.yaml")):
        place = file.name
        objects, told = rendered(chart, renderer, str(file))
        if objects is None:
            fault(place, told)
            continue
        count += len(objects)
        kinds = sorted(one["kind"] for one in objects)
        if place == "all.yaml" and kinds != ALL:
            fault(place, "has", kinds)
        for one in objects:
            if one["kind"] in OTHERS:
                continue
            for version in VERSIONS:
                try:
                    kubernetes_validate.validate(one, version, strict=True)
                except Exception as error:
                    where = list(getattr(error, "path", []))
                    fault(place, one["kind"], one["metadata"]["name"], version, where, getattr(error, "message", error))
        for name, template in pods(objects):
            check_pod(place, name, template)
        check_links(place, objects)
    print("\n".join(faults) or f"{count} objects are as Kubernetes {' and '.join(VERSIONS)} wants them, and as we promise")
    sys.exit(bool(faults))


main()
