"""What every service can be told from outside; built once in its `app.py`, passed down, never imported."""

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Defaults work on a laptop with no `.env`; secrets are files and have no default value of their own."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True)

    environment: Literal["development", "production"] = "development"
    kafka_servers: str = "127.0.0.1:19092"
    mongo_url: str = "mongodb://127.0.0.1:27117/?replicaSet=rs0"
    mongo_driver: Literal["motor", "pymongo"] = "motor"
    log_level: str = "INFO"
    host: str = "127.0.0.1"
    port: int = 8000
    roundtable_topology: Literal["single", "cluster"] = "single"
    """`single` (laptop, tests, demo) leaves out the checks that only several nodes can meet."""
    roundtable_database_prefix: str = ""
    """Put before every database name, so that a test's stack and a demo can share one server."""
    roundtable_retention_ms: int = -1
    """Of the domain topics; an operator may shorten it, and states the same figure to the topics script."""
    roundtable_keys_dir: Path = Path(".local/keys")
    """Holds `master.key`, `fingerprint.key` and `links.json`; made by the local stack, mounted as a secret elsewhere."""
    roundtable_issuer: str = "http://127.0.0.1:8100"
    """The OIDC issuer whose tokens are accepted."""
    roundtable_audience: str = "roundtable"
    roundtable_clock_file: Path | None = None
    """The development clock; refused in production."""
    roundtable_faults: str = ""
    """Points of the road where a test lets this process die: `name:nth,...`; refused in production."""
    group_session_ms: int = 10_000
    group_heartbeat_ms: int = 3_000
    batch_records: int = 500
