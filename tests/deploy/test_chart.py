"""The chart against the code: what Helm makes of it, what the services are told, and what they may do."""

import importlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cli.stack.layout import ROOT, SERVICES
from cli.stack.program import Program
from services.notifications.settings import MailSettings
from shared.kafka.partition import PARTITIONS
from shared.service.description import Service
from shared.service.serve import unfit
from tests.deploy.tools import Chart, Object, known, look, of_a_laptop, said, settings_of, unknown

CHART = ROOT / "deploy" / "helm" / "roundtable"
EVERYTHING: Mapping[str, Any] = {
    "image": {"digest": f"sha256:{'0' * 64}", "pullSecrets": ["registry"]},
    "kafka": {
        "servers": "one:9092,two:9092",
        "retentionMs": 315_360_000_000,
        "clientCertificate": True,
        "caSecret": "kafka-ca",
    },
    "caSecret": "our-ca",
    "mongodb": {"caSecret": "mongodb-ca", "databasePrefix": "trial_"},
    "mail": {"user": "roundtable", "existingSecret": "roundtable-mail"},
    "settings": {"BATCH_RECORDS": "200"},
    "services": {
        "evaluation": {"settings": {"KPI_MIN_CELL": "5"}},
        "training": {
            "replicas": 0,
            "mongodbSecret": "training-mongodb",
            "kafkaUser": "training",
            "kafkaSecret": "training-kafka",
        },
    },
    "podAnnotations": {"example.org/note": "a"},
    "podLabels": {"example.org/team": "b"},
    "nodeSelector": {"kubernetes.io/arch": "amd64"},
    "tolerations": [{"key": "only", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
    "priorityClassName": "high",
    "serviceAccount": {"annotations": {"example.org/role": "c"}},
    "ingress": {"enabled": True, "className": "nginx", "annotations": {"example.org/tls": "d"}},
    "networkPolicy": {"kafka": {"ports": [9092], "peers": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}},
}
"""Every branch of every template."""
WAYS: Mapping[str, Mapping[str, Any]] = {"as it comes": {}, "everything used": EVERYTHING}
VERSIONS = ("1.27", "1.37")


@cache
def chart(way: str) -> Chart:
    return Chart.rendered(WAYS[way])


def told(way: str, service: str) -> dict[str, str]:
    return chart(way).of("ConfigMap")[service]["data"]


def pods(way: str) -> Iterator[Object]:
    for each in chart(way).objects:
        match each["kind"]:
            case "Deployment" | "Job":
                yield each["spec"]["template"]["spec"]
            case "Pod":
                yield each["spec"]
            case _:
                pass


def pod(way: str, service: str) -> Object:
    return chart(way).of("Deployment")[service]["spec"]["template"]["spec"]


def ports(rules: list[Object]) -> set[int]:
    return {port["port"] for rule in rules for port in rule["ports"]}


@pytest.mark.parametrize("way", WAYS)
def test_helm_lint_has_nothing_to_say_but_that_an_icon_is_missing(way: str) -> None:
    found = look("linted", json.dumps(WAYS[way]))
    assert [each["error"] for each in found["messages"]] == ["icon is recommended"]
    assert found["errors"] == []


@pytest.mark.parametrize("way", WAYS)
def test_the_chart_renders_the_same_way_twice(way: str) -> None:
    assert Chart.rendered(WAYS[way]).texts == chart(way).texts


def test_no_template_asks_for_chance_the_time_or_a_cluster() -> None:
    asks = re.compile(
        r"\b(rand\w+|shuffle|uuidv4|gen\w+Cert|genCA|genPrivateKey|now|htpasswd|bcrypt|lookup)\b"
    )
    templates = [path for path in (CHART / "templates").rglob("*") if path.is_file()]
    code = {
        path.name: " ".join(re.findall(r"\{\{.*?\}\}", path.read_text(), re.DOTALL)) for path in templates
    }
    assert {name: asks.findall(text) for name, text in code.items() if asks.search(text)} == {}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_would_take_every_object(way: str, version: str, tmp_path: Path) -> None:
    said("kubernetes-validate", "--strict", "-k", version, manifest(chart(way), tmp_path))


def test_a_misspelt_field_is_found(tmp_path: Path) -> None:
    written = manifest(chart("as it comes"), tmp_path)
    written.write_text(written.read_text().replace("revisionHistoryLimit", "revisonHistoryLimit"))
    with pytest.raises(AssertionError, match="revisonHistoryLimit"):
        said("kubernetes-validate", "--strict", "-k", VERSIONS[-1], written)


def manifest(of: Chart, folder: Path) -> Path:
    written = folder / "manifest.yaml"
    written.write_text("\n---\n".join(json.dumps(each) for each in of.objects))
    return written


@pytest.mark.parametrize("kind", ["Deployment", "Service", "PodDisruptionBudget", "ConfigMap"])
def test_every_service_has_one(kind: str) -> None:
    assert set(chart("as it comes").of(kind)) == set(SERVICES)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_only_what_it_knows_and_all_that_is_not_a_laptop(way: str, service: str) -> None:
    container = pod(way, service)["containers"][0]
    assert container["args"] == [f"services.{service}.app"]
    assert container["envFrom"] == [{"configMapRef": {"name": f"roundtable-{service}"}}]
    names = {*told(way, service), *(each["name"] for each in container["env"])}
    assert unknown(service, names) == set()
    assert of_a_laptop(service) - names == set()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_so_told_starts_in_production(way: str, service: str) -> None:
    names: dict[str, Any] = {name.lower(): value for name, value in told(way, service).items()}
    settings = settings_of(service)(**names)
    assert settings.environment == "production"
    assert unfit(settings) == []
    if isinstance(settings, MailSettings):
        assert settings.unfit() == ""


@pytest.mark.parametrize("way", WAYS)
def test_no_secret_lies_in_a_config_map(way: str) -> None:
    values = [value for each in chart(way).of("ConfigMap").values() for value in each["data"].values()]
    assert [value for value in values if "mongodb://" in value] == []
    assert chart(way).of("Secret") == {}


def test_what_values_name_goes_before() -> None:
    assert told("everything used", "evaluation")["KPI_MIN_CELL"] == "5"
    assert told("everything used", "evaluation")["ROUNDTABLE_RETENTION_MS"] == "315360000000"
    assert {told("everything used", service)["BATCH_RECORDS"] for service in SERVICES} == {"200"}
    assert chart("everything used").of("Deployment")["training"]["spec"]["replicas"] == 0
    [url] = pod("everything used", "training")["containers"][0]["env"]
    assert url["valueFrom"]["secretKeyRef"]["name"] == "training-mongodb"


@pytest.mark.parametrize("service", SERVICES)
def test_a_pod_changes_with_what_it_is_told_and_only_then(service: str) -> None:
    def mark(of: Chart) -> str:
        annotations: dict[str, str] = of.of("Deployment")[service]["spec"]["template"]["metadata"][
            "annotations"
        ]
        return annotations["checksum/settings"]

    otherwise = Chart.rendered({"services": {service: {"settings": {"BATCH_RECORDS": "7"}}}})
    for name in SERVICES:
        same = told("as it comes", name) == otherwise.of("ConfigMap")[name]["data"]
        assert same == (name != service)
    assert mark(otherwise) != mark(chart("as it comes"))


@pytest.mark.parametrize("way", WAYS)
def test_every_pod_is_restricted(way: str) -> None:
    for each in pods(way):
        assert each["automountServiceAccountToken"] is False
        assert each["enableServiceLinks"] is False
        assert each["securityContext"]["runAsNonRoot"] is True
        assert each["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in each["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert set(container["resources"]["requests"]) == {"cpu", "memory"}
            assert container["resources"]["limits"]["memory"]


def test_pods_run_as_the_user_of_the_image() -> None:
    [user] = re.findall(r"^USER (\S+)$", (ROOT / "deploy" / "Dockerfile").read_text(), re.MULTILINE)
    contexts = [each["securityContext"] for each in pods("as it comes")]
    assert {f"{context['runAsUser']}:{context['runAsGroup']}" for context in contexts} == {user}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_the_keys_it_needs_and_no_other(service: str) -> None:
    described = vars(importlib.import_module(f"services.{service}.app"))[service.upper()]
    assert isinstance(described, Service)
    [keys] = [each["secret"] for each in pod("as it comes", service)["volumes"] if each["name"] == "keys"]
    needed = {"master.key", "links.json", *(f"{name}.key" for name in described.secrets)}
    assert {item["key"] for item in keys["items"]} == needed


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_time_its_stop_may_take(service: str) -> None:
    [container] = pod("as it comes", service)["containers"]
    [_, pause] = container["lifecycle"]["preStop"]["exec"]["command"]
    left = pod("as it comes", service)["terminationGracePeriodSeconds"] - int(pause)
    assert left > Program(name="", command=()).leaves_within


def test_topics_are_made_before_anything_else_is_there() -> None:
    [job] = chart("everything used").of("Job").values()
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    spec = job["spec"]["template"]["spec"]
    [container] = spec["containers"]
    assert container["command"] == ["roundtable", "topics", "apply"]
    assert {each["name"] for each in container["env"]} <= known("recruitment")
    assert "envFrom" not in container
    assert "serviceAccountName" not in spec
    made_beforehand = {each["secret"]["secretName"] for each in spec["volumes"] if "secret" in each}
    assert made_beforehand == {"roundtable-kafka", "kafka-ca", "our-ca"}


def test_everybody_reaches_only_what_they_need() -> None:
    policies = chart("as it comes").of("NetworkPolicy")
    assert set(policies) == {*SERVICES, "topics"}
    goes = {name: ports(each["spec"]["egress"]) for name, each in policies.items()}
    everybody = {53, 9092, 27017, 443}
    assert goes == {
        **dict.fromkeys(SERVICES, everybody),
        "notifications": {*everybody, 587},
        "console": {*everybody, 8000},
        "topics": {53, 9092},
    }
    assert all(each["spec"]["policyTypes"] == ["Ingress", "Egress"] for each in policies.values())
    assert "ingress" not in policies["topics"]["spec"]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"issuer": {"url": "http://issuer"}}, "/issuer/url"),
        ({"portalOrigin": "http://portal"}, "/portalOrigin"),
        ({"mail": {"tls": "none"}}, "/mail/tls"),
        ({"topology": "single"}, "/topology"),
        ({"replicas": PARTITIONS + 1}, "/replicas"),
        ({"services": {"matching": {"replicas": PARTITIONS + 1}}}, "/services/matching/replicas"),
        ({"services": {"payroll": {}}}, "payroll"),
        ({"replicaz": 2}, "replicaz"),
        ({"settings": {"MONGO_URL": "mongodb://user:password@host"}}, "MONGO_URL"),
        ({"settings": {"BATCH_RECORDS": 200}}, "BATCH_RECORDS"),
        ({"kafka": {"servers": "kafka:9092, other:9092"}}, "/kafka/servers"),
        ({"mail": {"user": "somebody"}}, "mail.existingSecret"),
        ({"kafka": {"protocol": "PLAINTEXT"}}, "/kafka"),
        ({"kafka": {"existingSecret": ""}}, "kafka.existingSecret"),
    ],
)
def test_values_that_could_not_work_are_refused_by_name(values: Mapping[str, Any], names: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(names)):
        Chart.rendered(values)


@pytest.mark.parametrize("replicas", [1, PARTITIONS])
def test_there_may_be_as_many_replicas_as_partitions(replicas: int) -> None:
    assert Chart.rendered({"replicas": replicas}).of("Deployment")["console"]["spec"]["replicas"] == replicas


def test_what_a_laptop_may_a_cluster_for_trying_out_may_too() -> None:
    trying = {
        "environment": "development",
        "topology": "single",
        "issuer": {"url": "http://issuer:8100"},
        "portalOrigin": "http://127.0.0.1:8107",
        "mail": {"tls": "none"},
        "kafka": {"protocol": "PLAINTEXT"},
    }
    assert Chart.rendered(trying).of("ConfigMap")["matching"]["data"]["ENVIRONMENT"] == "development"
