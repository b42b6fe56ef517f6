"""docker-compose.yml and what it builds, read as text: no Docker engine is needed."""

import configparser
import json
import re
import subprocess

import pytest
import yaml

from suite import lint_setup, lint_tools
from suite.settings import PROJECT

pytestmark = pytest.mark.apart

COMPOSE = PROJECT / "docker-compose.yml"
DOCKERFILE = PROJECT / "docker" / "Dockerfile"


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(COMPOSE.read_text())


@pytest.fixture(scope="module")
def dclint(settings):
    """Check a file against the schema of the Compose specification; returns the messages."""
    tools = lint_setup.prepare(settings)
    (check,) = [check for check in lint_tools.CHECKS if check.name == "dclint"]

    def run(path):
        done = subprocess.run(
            [*check.command(tools), path], cwd=PROJECT, capture_output=True, text=True
        )
        return [
            message["rule"] for entry in json.loads(done.stdout) for message in entry["messages"]
        ]

    return run


def services(compose, *, one_off=True):
    return {
        name: service
        for name, service in compose["services"].items()
        if one_off or "profiles" not in service
    }


def test_the_file_follows_the_published_schema(dclint):
    assert dclint(COMPOSE) == []


def test_a_wrong_key_breaks_the_schema(dclint, tmp_path):
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(COMPOSE.read_text().replace("stop_signal:", "stop_sginal:"))
    assert dclint(broken) == ["invalid-schema"]


def test_every_volume_secret_and_network_in_use_is_declared_and_the_reverse(compose):
    used = {"volumes": set(), "secrets": set(), "networks": set()}
    for service in services(compose).values():
        sources = (volume.split(":")[0] for volume in service.get("volumes", []))
        used["volumes"] |= {source for source in sources if not source.startswith((".", "/"))}
        used["secrets"] |= set(service.get("secrets", []))
        used["networks"] |= set(service["networks"])
    assert used == {kind: set(compose[kind]) for kind in used}


def test_every_mounted_file_is_in_the_repository(compose):
    mounts = [m for service in services(compose).values() for m in service.get("volumes", [])]
    files = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]
    assert files
    assert all((PROJECT / name).is_file() for name in files)
    assert all(mount.endswith(":ro") for mount in mounts if mount.startswith("./"))


def test_every_lasting_service_has_a_health_check_and_is_restarted(compose):
    for name, service in services(compose, one_off=False).items():
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["restart"] == "unless-stopped", name


def test_every_service_has_the_least_rights(compose):
    for name, service in services(compose).items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert "privileged" not in service, name
    rights = {name: service.get("cap_add", []) for name, service in services(compose).items()}
    assert rights == {
        "odoo": [],
        "db": [],
        "backup": ["DAC_READ_SEARCH"],
        "restore": ["CHOWN", "DAC_OVERRIDE", "FOWNER"],
    }


def test_only_loopback_is_published_and_the_database_not_at_all(compose):
    ports = [port for service in services(compose).values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8069:8069", "127.0.0.1:8072:8072"]
    assert compose["networks"]["back"]["internal"] is True
    assert compose["services"]["db"]["networks"] == ["back"]


def test_no_secret_stands_in_environment_image_or_configuration(compose):
    for name, service in services(compose).items():
        for key, value in service.get("environment", {}).items():
            assert key.endswith("_FILE") or not re.search("PASS|SECRET|KEY|TOKEN", key), name
            assert "password" not in value or value.startswith("/run/secrets/"), name
    for secret in compose["secrets"].values():
        assert secret["file"].startswith("./docker/secrets/")
    for path in (DOCKERFILE, PROJECT / "docker" / "odoo.conf"):
        assert not re.search(r"(password|passwd|_key)\s*[=:]", path.read_text(), re.IGNORECASE)


def test_the_secrets_are_neither_committed_nor_sent_to_the_image_build():
    assert "/docker/secrets/" in (PROJECT / ".gitignore").read_text().splitlines()
    context = (PROJECT / ".dockerignore").read_text().splitlines()
    assert "*" in context
    assert not [line for line in context if line.startswith("!") and "secret" in line]


def test_images_name_their_major_version(compose):
    images = [service["image"] for service in services(compose).values() if "image" in service]
    images += re.findall(r"^ARG ODOO_IMAGE=(\S+)", DOCKERFILE.read_text(), re.MULTILINE)
    assert set(images) == {"postgres:17-bookworm", "odoo:19.0"}


def test_what_the_image_adds_is_pinned_by_hash():
    lines = (PROJECT / "docker" / "requirements.txt").read_text().replace("\\\n", "").splitlines()
    assert {line.split("==")[0] for line in lines} == {
        "cssselect",
        "odoo-addon-queue-job",
        "openupgradelib",
        "zxcvbn",
    }
    assert all("--hash=sha256:" in line for line in lines)
    assert "--require-hashes" in DOCKERFILE.read_text()


def test_the_dockerfile_copies_only_what_the_build_context_holds():
    copied = re.findall(r"^COPY (\S+)", DOCKERFILE.read_text(), re.MULTILINE)
    allowed = {
        line[1:]
        for line in (PROJECT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    assert set(copied) == allowed
    assert all((PROJECT / name).exists() for name in copied)


def configuration(text):
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    return parser


def test_the_configuration_closes_the_database_list_and_fits_the_compose_file(compose):
    options = configuration((PROJECT / "docker" / "odoo.conf").read_text())["options"]
    assert options["list_db"] == "False"
    assert options["proxy_mode"] == "True"
    assert options["db_host"] in compose["services"]
    assert options["server_wide_modules"] == "base,rpc,web,queue_job"
    published = {port.split(":")[-1] for port in compose["services"]["odoo"]["ports"]}
    assert published == {options["http_port"], options["gevent_port"]}
    assert f"odoo-data:{options['data_dir']}" in compose["services"]["odoo"]["volumes"]
    processes = int(options["workers"]) + int(options["max_cron_threads"]) + 2
    assert processes * int(options["db_maxconn"]) < 100


# ---- the scripts -------------------------------------------------------------


def start(folder, secrets):
    """Run the entry point with a stand-in for Odoo that shows its words."""
    program = folder / "odoo"
    program.write_text('#!/bin/sh\necho "$@"\numask\n')
    program.chmod(0o755)
    (folder / "run").mkdir()
    return subprocess.run(
        ["sh", PROJECT / "docker" / "entrypoint.sh", "-u", "all"],
        capture_output=True,
        text=True,
        env={
            "PATH": f"{folder}:/usr/bin:/bin",
            "SUITE_CONF": str(PROJECT / "docker" / "odoo.conf"),
            "SUITE_SECRETS": str(secrets),
            "SUITE_RUN": str(folder / "run"),
        },
    )


@pytest.fixture
def secrets(tmp_path):
    folder = tmp_path / "secrets"
    subprocess.run(["sh", PROJECT / "docker" / "make-secrets.sh", folder], check=True)
    return folder


def test_the_entry_point_puts_the_secrets_into_a_private_file_only(tmp_path, secrets):
    done = start(tmp_path, secrets)
    conf = tmp_path / "run" / "odoo.conf"
    assert done.stdout.split()[:3] == [f"--config={conf}", "-u", "all"]
    assert conf.stat().st_mode & 0o777 == 0o600
    options = configuration(conf.read_text())["options"]
    for name in ("loyalty_ledger_key", "accounting_secret_key"):
        assert options[name] == (secrets / name).read_text()
    assert options["db_password"] == (secrets / "odoo_db_password").read_text()
    assert options["admin_passwd"] == (secrets / "odoo_admin_password").read_text()
    assert not any(path.read_text() in done.stdout for path in secrets.iterdir())


def test_odoos_own_files_stay_readable_for_the_backup(tmp_path, secrets):
    assert start(tmp_path, secrets).stdout.split()[-1] != "0077"


@pytest.mark.parametrize("content", ["", "short", None])
def test_the_server_refuses_to_start_without_a_real_secret(tmp_path, secrets, content):
    (secrets / "loyalty_ledger_key").unlink()
    if content is not None:
        (secrets / "loyalty_ledger_key").write_text(content)
    done = start(tmp_path, secrets)
    assert done.returncode
    assert "loyalty_ledger_key" in done.stderr


def test_made_secrets_are_long_different_and_never_replaced(secrets):
    first = {path.name: path.read_text() for path in secrets.iterdir()}
    assert len(set(first.values())) == len(first) == 5
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in first.values())
    assert secrets.stat().st_mode & 0o777 == 0o700
    subprocess.run(["sh", PROJECT / "docker" / "make-secrets.sh", secrets], check=True)
    assert first == {path.name: path.read_text() for path in secrets.iterdir()}


def test_the_declared_secrets_are_the_made_ones(compose, secrets):
    assert {path.name for path in secrets.iterdir()} == set(compose["secrets"])
