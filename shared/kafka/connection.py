"""How every client reaches Kafka: settings turned into what aiokafka and FastStream are told, and what is wrong with them."""

import ssl
from typing import Any, Final, cast

from aiokafka import conn
from aiokafka.errors import KafkaError
from faststream.kafka.security import parse_security
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared.settings import Settings

Where = str | Settings
"""Settings, with all that secures them; or the bare servers of a Kafka on this machine."""
ANSWERS_WITHIN_MS: Final = 3_000
_SAYS_NO: Final = (33, 34, 58)
"""In Kafka's protocol: no such mechanism, no sign-in here, a wrong user or password."""
_SASL: Final = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}


def security(settings: Settings) -> BaseSecurity:
    """As FastStream is told."""
    protocol, file = settings.kafka_security_protocol, settings.kafka_password_file
    trusts = _context(settings) if protocol.endswith("SSL") else None
    if not protocol.startswith("SASL_"):
        return BaseSecurity(trusts)
    password = file.read_text().strip() if file is not None else ""
    return _SASL[settings.kafka_sasl_mechanism](settings.kafka_user, password, trusts)


def options(where: Where) -> dict[str, Any]:
    """As aiokafka is told."""
    if isinstance(where, str):
        return {"bootstrap_servers": where}
    return {"bootstrap_servers": where.kafka_servers, **parse_security(security(where))}


def _context(settings: Settings) -> ssl.SSLContext:
    """Kafka's own authority alone where one is named: a public one has no word there."""
    named = settings.kafka_ca_file
    context = ssl.create_default_context(cafile=named) if named else settings.trusts()
    if certificate := settings.kafka_certificate_file:
        context.load_cert_chain(certificate, settings.kafka_key_file, password="")  # noqa: S106 - or it asks a terminal
    return context


def wrong(settings: Settings) -> list[str]:
    """One sentence where these settings could never connect; Kafka is not asked."""
    protocol = settings.kafka_security_protocol
    if {bool(settings.kafka_user), bool(settings.kafka_password_file)} != {protocol.startswith("SASL_")}:
        return [f"KAFKA_USER and KAFKA_PASSWORD_FILE belong together and to SASL; here it is {protocol}."]
    if bool(settings.kafka_certificate_file) != bool(settings.kafka_key_file):
        return ["KAFKA_CERTIFICATE_FILE and KAFKA_KEY_FILE belong together."]
    if unreadable := settings.unreadable():
        return unreadable
    try:
        options(settings)
        settings.trusts()
    except (OSError, ValueError) as error:  # those of ssl are OSErrors
        return [
            f"A file of KAFKA_* or ROUNDTABLE_CA_FILE holds no certificate or key ({type(error).__name__})."
        ]
    return []


async def refusal(settings: Settings) -> str:
    """Why Kafka will never take us as we are, in one sentence; "" where it may yet: an outage is no refusal."""
    told, client = options(settings), cast(Any, conn)
    for host, port, _ in client.collect_hosts(told.pop("bootstrap_servers")):
        try:
            connection = await client.create_conn(host, port, request_timeout_ms=ANSWERS_WITHIN_MS, **told)
            connection.close()
        except ssl.SSLCertVerificationError as error:
            return f"Kafka's certificate at {host}:{port} is not trusted: {error.verify_message}."
        except (KafkaError, TimeoutError, OSError) as error:
            if getattr(error, "errno", None) in _SAYS_NO and isinstance(error, KafkaError):
                name = type(error).__name__
                return f"Kafka at {host}:{port} does not let {settings.kafka_user} in ({name})."
    return ""
