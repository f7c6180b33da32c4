"""What every service can be told from outside; built once in its `app.py`, passed down, never imported."""

import os
import ssl
from pathlib import Path
from typing import Final, Literal

from pydantic import Field
from pydantic.config import JsonDict
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET: Final[JsonDict] = {"secret": True}
"""Of a setting that holds a secret or says where one lies: docs/settings.md marks it."""


class Settings(BaseSettings):
    """Defaults work on a laptop with no `.env`; secrets are files and have no default value of their own."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, use_attribute_docstrings=True)

    environment: Literal["development", "production"] = "development"
    """`production` refuses what is for development alone: the clock file, faults, one node, an issuer or Kafka without TLS."""
    kafka_servers: str = "127.0.0.1:19092"
    """Where Kafka answers; several servers are separated by commas."""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How Kafka is spoken to. Those without SSL are refused in production."""
    kafka_plaintext_allowed: bool = False
    """`true` where something else encrypts what goes to Kafka, as a service mesh does: then production takes those too."""
    kafka_sasl_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = "SCRAM-SHA-512"
    """How the user proves who it is, with SASL."""
    kafka_user: str = ""
    """Who signs in at Kafka, with SASL; each service should have a user of its own."""
    kafka_password_file: Path | None = Field(default=None, json_schema_extra=SECRET)
    """The file that holds their password."""
    kafka_ca_file: Path | None = None
    """The authority (PEM) that signed the brokers' certificates, and no other is trusted; without, as for everybody else."""
    kafka_certificate_file: Path | None = None
    """The client's certificate (PEM), where Kafka asks for one."""
    kafka_key_file: Path | None = Field(default=None, json_schema_extra=SECRET)
    """Its private key (PEM, without a password)."""
    mongo_url: str = Field(default="mongodb://127.0.0.1:27117/?replicaSet=rs0", json_schema_extra=SECRET)
    """The replica set, with the user and password it asks for and `tls=true` where it needs it."""
    mongo_driver: Literal["motor", "pymongo"] = "motor"
    """`pymongo` is PyMongo Async, Motor's successor: the same store, proven by the same tests."""
    log_level: str = "INFO"
    """The least that is logged: DEBUG, INFO, WARNING, ERROR."""
    host: str = "127.0.0.1"
    """The address it answers on; `0.0.0.0` in a container."""
    port: int = 8000
    """The port it answers on: the API, the probes and the metrics."""
    roundtable_topology: Literal["single", "cluster"] = "single"
    """`single` (laptop, tests, demo) leaves out the checks that only several nodes can meet."""
    roundtable_database_prefix: str = ""
    """Put before every database name, so that a test's stack and a demo can share one server."""
    roundtable_retention_ms: int = -1
    """How long the domain topics keep facts, -1 for ever; the topics are made with the same figure."""
    roundtable_keys_dir: Path = Field(default=Path(".local/keys"), json_schema_extra=SECRET)
    """Holds `master.key`, `fingerprint.key` and `links.json`; made by the local stack, mounted as a secret elsewhere."""
    roundtable_issuer: str = "http://127.0.0.1:8100"
    """The OIDC issuer whose tokens are accepted."""
    roundtable_audience: str = "roundtable"
    """For whom a token must be meant."""
    roundtable_ca_file: Path | None = None
    """An authority of your own (PEM), trusted beside the machine's: for the issuer, the services, the mail server, Kafka."""
    roundtable_clock_file: Path | None = None
    """The development clock; refused in production."""
    roundtable_faults: str = ""
    """Points of the road where a test lets this process die: `name:nth,...`; refused in production."""
    group_session_ms: int = 10_000
    """How long Kafka waits for a sign of life before it gives a dead replica's partitions to another."""
    group_heartbeat_ms: int = 3_000
    """How often a replica gives that sign; a third of the session or less."""
    batch_records: int = 500
    """The most records that are read, acted on and committed at once."""

    def trusts(self) -> ssl.SSLContext:
        """Whom TLS believes: the machine's authorities, and the one of your own."""
        context = ssl.create_default_context()
        if self.roundtable_ca_file is not None:
            context.load_verify_locations(self.roundtable_ca_file)
        return context

    def unreadable(self) -> list[str]:
        """One sentence for each file that is named and cannot be read; whoever moves the clock first makes its file."""
        files = {
            n: f for n, f in self if n.endswith("_file") and n != "roundtable_clock_file" and f is not None
        }
        return [
            f"{n.upper()} names a file that cannot be read."
            for n, f in files.items()
            if not os.access(f, os.R_OK)
        ]
