"""The manifests are what the cluster's schemas say, name each other rightly, and fit what the processes do."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.database_roles import API_ROLE, WORKER_ROLE
from app.settings import Settings, settings_of
from app.settings.names import FILE, SETTINGS_FILE, fields

DEPLOY = Path(__file__).parents[2] / "deploy"
KUSTOMIZATION: dict[str, Any] = yaml.safe_load((DEPLOY / "kustomization.yaml").read_text(encoding="utf-8"))
MANIFESTS = [DEPLOY / name for name in KUSTOMIZATION["resources"]]
DOCUMENTS: list[dict[str, Any]] = [
    document for path in MANIFESTS for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]
WORKLOADS = {
    one["metadata"]["name"]: one["spec"]["template"]["spec"] for one in DOCUMENTS if "template" in one.get("spec", {})
}
VERSIONS = ("1.30", "1.37")


def _validated(version: str, *paths: Path) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-m", "kubernetes_validate", "--strict", "-k", version, *map(str, paths)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_manifests_match_the_schemas(version: str) -> None:
    done = _validated(version, *MANIFESTS)
    assert done.returncode == 0, done.stdout


def test_a_wrong_manifest_is_refused(tmp_path: Path) -> None:
    """The positive control."""
    wrong = tmp_path / "api.yaml"
    text = (DEPLOY / "kubernetes" / "api.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("readinessProbe:", "readynessProbe:"), encoding="utf-8")
    assert _validated(VERSIONS[-1], wrong).returncode != 0


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_pod_keeps_to_the_strictest_standard(name: str) -> None:
    """As the strictest pod security standard asks, with a root file system that nobody writes to."""
    pod = WORKLOADS[name]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"requests", "limits"} == container["resources"].keys()


def test_everything_that_is_mounted_or_selected_exists() -> None:
    generated = {one["name"] for one in KUSTOMIZATION["configMapGenerator"] + KUSTOMIZATION["secretGenerator"]}
    for pod in WORKLOADS.values():
        volumes = {volume["name"] for volume in pod["volumes"]}
        for container in pod["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} == volumes
            assert {source["configMapRef"]["name"] for source in container.get("envFrom", [])} <= generated
        for volume in pod["volumes"]:
            named = volume.get("configMap", {}).get("name") or volume.get("secret", {}).get("secretName")
            assert named is None or named in generated
    for one in DOCUMENTS:
        if one["kind"] in ("Service", "PodDisruptionBudget"):
            selector = one["spec"]["selector"]
            assert selector.get("matchLabels", selector)["app.kubernetes.io/name"] in WORKLOADS
    monitors = yaml.safe_load_all((DEPLOY / "kubernetes" / "servicemonitor.yaml").read_text(encoding="utf-8"))
    services = {one["metadata"]["name"] for one in DOCUMENTS if one["kind"] == "Service"}
    assert {one["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"] for one in monitors} < services


def _settings() -> dict[str, str]:
    text = (DEPLOY / "kubernetes" / "settings.env.example").read_text(encoding="utf-8")
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def test_every_variable_is_a_setting_and_every_secret_is_mounted() -> None:
    given = _settings()
    (secrets,) = [one for one in KUSTOMIZATION["secretGenerator"] if one["name"] == "secrets"]
    mounted = {f"/run/secrets/centre-recognition/{Path(name).name}" for name in secrets["files"]}
    assert {path for name, path in given.items() if path.startswith("/run/secrets/")} == mounted
    plain = {name.removesuffix(FILE): "x" * 32 if path in mounted else path for name, path in given.items()}
    plain |= {"DATABASE_USER": "x", "DATABASE_PASSWORD": "x"}
    assert plain.pop(SETTINGS_FILE.removesuffix(FILE)) == "/etc/centre-recognition/settings.toml"
    assert set(plain) <= set(fields())
    assert isinstance(settings_of(plain), Settings)


def test_each_process_has_a_database_role_and_its_password_alone() -> None:
    generated = {one["name"]: one["files"] for one in KUSTOMIZATION["secretGenerator"]}
    roles = {"api": (API_ROLE, "api"), "worker": (WORKER_ROLE, "worker"), "migrate": ("centre", "owner")}
    for name, (role, account) in roles.items():
        (container,) = WORKLOADS[name]["containers"]
        given = {one["name"]: one["value"] for one in container["env"]}
        (mount,) = [one for one in container["volumeMounts"] if one["name"] == "database"]
        (volume,) = [one for one in WORKLOADS[name]["volumes"] if one["name"] == "database"]
        assert given == {"DATABASE_USER": role, "DATABASE_PASSWORD_FILE": f"{mount['mountPath']}/password"}
        assert volume["secret"]["secretName"] == f"database-{account}"
        (file,) = generated[f"database-{account}"]
        assert file == f"password=secrets/database{'' if account == 'owner' else f'_{account}'}_password"
    assert not [file for file in generated["secrets"] if "database" in file]


def test_a_pod_has_the_time_that_its_process_takes_to_end() -> None:
    drain = float(_settings()["DRAIN_SECONDS"])
    readiness = WORKLOADS["api"]["containers"][0]["readinessProbe"]
    # The endpoints forget the pod while it still takes connections.
    assert readiness["periodSeconds"] * readiness["failureThreshold"] + readiness["timeoutSeconds"] < drain
    assert WORKLOADS["api"]["terminationGracePeriodSeconds"] >= drain + 35
    assert WORKLOADS["worker"]["terminationGracePeriodSeconds"] >= 30 + 5


def test_the_proxy_is_the_tested_configuration_on_other_ports() -> None:
    (script,) = WORKLOADS["proxy"]["containers"][0]["args"]
    sed = re.match(r"(sed .+?) /etc/nginx/proxy/nginx.conf", script)
    assert sed is not None
    configuration = (DEPLOY / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    changed = subprocess.run(
        ["sh", "-c", sed[1]], input=configuration, capture_output=True, text=True, check=True
    ).stdout
    lines = {line.strip() for line in changed.splitlines()} - {line.strip() for line in configuration.splitlines()}
    assert lines == {
        "server api:80;",
        "listen 8080;",
        "listen [::]:8080;",
        "listen 8443 ssl;",
        "listen [::]:8443 ssl;",
    }
