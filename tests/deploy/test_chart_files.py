"""The files the chart's containers are told of: passwords, keys and authorities lie where the settings say."""

import pytest

from cli.stack.layout import SERVICES
from tests.deploy.test_chart import WAYS, chart, pod, told
from tests.deploy.tools import Chart


@pytest.mark.parametrize("way", WAYS)
def test_every_file_a_container_is_told_of_is_mounted_there(way: str) -> None:
    for name, each in [*chart(way).of("Deployment").items(), *chart(way).of("Job").items()]:
        spec = each["spec"]["template"]["spec"]
        [container] = spec["containers"]
        held = told(way, name) if name in SERVICES else {}
        named = {**held, **{own["name"]: own.get("value", "") for own in container["env"]}}
        volumes = {volume["name"]: volume.get("secret", {}).get("items", []) for volume in spec["volumes"]}
        files = {
            f"{mount['mountPath']}/{item['path']}"
            for mount in container["volumeMounts"]
            for item in volumes[mount["name"]]
        }
        assert {value for key, value in named.items() if key.endswith("_FILE")} <= files


def test_a_service_may_sign_in_at_kafka_as_itself() -> None:
    assert told("everything used", "training")["KAFKA_USER"] == "training"
    assert told("everything used", "matching")["KAFKA_USER"] == "roundtable"
    secrets = {
        service: [
            volume["secret"]["secretName"]
            for volume in pod("everything used", service)["volumes"]
            if volume["name"] == "kafka"
        ]
        for service in ("training", "matching")
    }
    assert secrets == {"training": ["training-kafka"], "matching": ["roundtable-kafka"]}


def test_a_mesh_may_encrypt_what_goes_to_kafka() -> None:
    plain = Chart.rendered({"kafka": {"protocol": "PLAINTEXT", "plaintextAllowed": True}})
    data = plain.of("ConfigMap")["matching"]["data"]
    assert data["KAFKA_PLAINTEXT_ALLOWED"] == "true"
    assert "KAFKA_USER" not in data
