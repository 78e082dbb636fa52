"""The settings there are; `hubs.config_file` reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from hubs.config_values import (
    REDIS,
    Base,
    Issuer,
    OptionalPath,
    Origin,
    Publisher,
    TopicPrefix,
    WatchEndpoint,
    scheme,
)

#: What the names of environment variables begin with: ``FEDORA_HUBS_WEB__LISTEN`` stands for
#: ``listen`` in the table ``[web]``.
PREFIX = "FEDORA_HUBS_"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Database(_Table):
    """``[database]``: the SQL database, a PostgreSQL."""

    url: Annotated[SecretStr, scheme("postgresql", "postgres")] = Field(
        default=SecretStr("postgresql:///hubs"), description="Where it is, as libpq knows it."
    )
    pool_size: int = Field(default=8, ge=1, le=100, description="Connections each process keeps.")


class Redis(_Table):
    """``[redis]``: the queues between the daemons."""

    url: Annotated[SecretStr, scheme(*REDIS)] = Field(
        default=SecretStr("redis://localhost:6379"),
        description="Where it is; rediss is with TLS, redis+sentinel by way of Redis Sentinel.",
    )
    sentinel_password: SecretStr = Field(
        default=SecretStr(""), description="What the Sentinels want to hear, if anything."
    )
    ca_cert: OptionalPath = Field(
        default=None,
        description="The authority of its certificate, a PEM file; empty for the system's.",
    )
    certificate: OptionalPath = Field(
        default=None, description="Our certificate, if it asks for one, a PEM file."
    )
    key: OptionalPath = Field(
        default=None, description="The key of our certificate, if it is in a PEM file of its own."
    )


class Feeds(_Table):
    """``[feeds]``: the store of what happened."""

    store: Literal["postgresql", "mongodb"] = Field(
        default="postgresql", description="The kind of store: postgresql or mongodb."
    )
    url: Annotated[SecretStr, scheme("mongodb")] = Field(
        default=SecretStr("mongodb://localhost:27017/hubs"),
        description="Where MongoDB is, and which of its databases.",
    )
    limit: int = Field(default=100, ge=1, le=1000, description="Entries that each feed keeps.")


class Cache(_Table):
    """``[cache]``: the store of what the cached functions of widgets found."""

    backend: Literal["files", "memcached", "redis"] = Field(
        default="files",
        description="The kind of store: files, memcached or redis. Files are for one machine.",
    )
    folder: Path = Field(
        default=Path("/var/lib/fedora-hubs/cache"), description="Where the files are."
    )
    memcached: str = Field(
        default="tcp:localhost:11211",
        description="Where memcached is, a Twisted endpoint such as unix:/run/memcached/socket.",
    )
    redis_url: Annotated[SecretStr, scheme(*REDIS, "")] = Field(
        default=SecretStr(""), description="Where Redis is; empty for that of the queues."
    )
    keep: int = Field(
        default=2_592_000,
        ge=1,
        le=2_592_000,
        description="Seconds that a value stays which nobody finds anew; memcached allows 30 days.",
    )
    max_value: int = Field(
        default=1_000_000,
        ge=1024,
        le=64 * 1024 * 1024,
        description="Bytes of the largest value; memcached itself takes 1 MiB unless told -I.",
    )


class Accounts(_Table):
    """``[accounts]``: where people and groups come from."""

    backend: Literal["file", "fasjson"] = Field(
        default="file", description="The kind of account system: file or fasjson."
    )
    file: Path = Field(
        default=Path("/etc/fedora-hubs/accounts.toml"),
        description="People and groups in a TOML file, as accounts.toml beside this one shows.",
    )
    keytab: OptionalPath = Field(
        default=None,
        description="The keytab of our account at FASJSON; empty for the credentials we run with.",
    )
    page_size: int = Field(
        default=500, ge=1, le=10_000, description="Members that FASJSON is asked for at once."
    )
    group_pages: Base = Field(
        default="https://accounts.fedoraproject.org/group",
        description="Where the pages of groups are: who wants to join is sent there.",
    )


class Web(_Table):
    """``[web]``: the portal."""

    listen: str = Field(
        default="tcp:8080:interface=127.0.0.1", description="Its address, a Twisted endpoint."
    )
    url: Origin = Field(
        default="",
        description="Where people find it, such as https://hubs.example.org, if a proxy stands "
        "before it; with https, cookies go under TLS alone.",
    )
    keep: float = Field(
        default=5.0,
        ge=0,
        le=60,
        description="Seconds that the widgets of a public page are kept for who comes next.",
    )


class Login(_Table):
    """``[login]``: how people log in, by OpenID Connect."""

    issuer: Issuer = Field(
        default="",
        description="The account system, such as https://id.fedoraproject.org/openidc; "
        "empty if nobody logs in.",
    )
    client_id: str = Field(default="", description="Who we are to it.")
    client_secret: SecretStr = Field(
        default=SecretStr(""), description="What proves that; empty if it gave us none."
    )
    scopes: tuple[str, ...] = Field(
        default=(
            "openid",
            "profile",
            "email",
            "https://id.fedoraproject.org/scope/groups",
            "https://id.fedoraproject.org/scope/agreements",
        ),
        description="What we ask it for.",
    )
    username_claim: str = Field(
        default="nickname",
        min_length=1,
        description="The claim with the account name, which people must not be able to choose "
        "freely.",
    )
    session_days: int = Field(
        default=30, ge=1, le=400, description="Days until who does not come back is logged out."
    )


class Sse(_Table):
    """``[sse]``: the event streams."""

    listen: str = Field(
        default="tcp:8081:interface=127.0.0.1", description="Their address, a Twisted endpoint."
    )
    url: str = Field(
        default="/sse/", description="Where browsers find them: a path, or a whole address."
    )
    allow_origin: str = Field(
        default="",
        description="The portal's origin, when browsers reach the streams at another one.",
    )
    ping: float = Field(default=30.0, ge=1, le=600, description="Seconds between signs of life.")


class Listener(_Table):
    """``[listener]``: where messages come from."""

    bus: Literal["fedmsg", "fedora-messaging"] = Field(
        default="fedmsg",
        description="The bus: fedmsg, or fedora-messaging, which the table [amqp] describes.",
    )
    endpoints: tuple[Publisher, ...] = Field(
        default=("tcp://127.0.0.1:9940",), description="ZeroMQ publishers of the fedmsg bus."
    )
    topic: str = Field(
        default="", description="The start of the topics to listen to; empty for all."
    )
    max_size: int = Field(
        default=1024 * 1024,
        ge=1024,
        le=64 * 1024 * 1024,
        description="Bytes of the largest message.",
    )
    max_depth: int = Field(default=100, ge=8, le=500, description="How deep a message may nest.")
    validate_signatures: bool = Field(
        default=False,
        description="Whether messages of fedmsg without a valid signature are refused.",
    )
    ca_cert: Path = Field(
        default=Path("/etc/pki/fedmsg/ca.crt"),
        description="The certificate, in PEM, of the authority that signatures go back to.",
    )
    crl: OptionalPath = Field(
        default=None, description="The authority's revocation list, in PEM; empty for none."
    )


class Amqp(_Table):
    """``[amqp]``: the broker of Fedora Messaging."""

    url: Annotated[SecretStr, scheme("amqp", "amqps")] = Field(
        default=SecretStr("amqp://localhost:5672/%2F"), description="Where the broker is."
    )
    queue: str = Field(
        default="",
        description="The name of our queue, which outlives us; empty for a new one each time.",
    )
    exchange: str = Field(default="amq.topic", description="Where messages are published.")
    routing_keys: tuple[str, ...] = Field(
        default=("#",), min_length=1, description="Which of them we want, as AMQP topics."
    )
    passive_declares: bool = Field(
        default=False, description="Whether the queue is there already and is not ours to declare."
    )
    ca_cert: OptionalPath = Field(
        default=None, description="The authority of the broker's certificate, a PEM file."
    )
    certificate: OptionalPath = Field(default=None, description="Our certificate, a PEM file.")
    key: OptionalPath = Field(default=None, description="Its key, a PEM file.")
    prefetch: int = Field(
        default=100,
        ge=1,
        le=10_000,
        description="Messages the broker hands out before the first is acknowledged.",
    )


class Publish(_Table):
    """``[publish]``: how the bus hears of what people change here; never of private hubs."""

    url: Annotated[SecretStr, scheme("amqp", "amqps", "")] = Field(
        default=SecretStr(""),
        description="Where the broker of Fedora Messaging is; empty if it is told nothing.",
    )
    exchange: str = Field(default="amq.topic", description="Where messages are published.")
    prefix: TopicPrefix = Field(
        default="org.fedoraproject.prod", description="What stands before the topics hubs.…"
    )
    ca_cert: OptionalPath = Field(
        default=None, description="The authority of the broker's certificate, a PEM file."
    )
    certificate: OptionalPath = Field(default=None, description="Our certificate, a PEM file.")
    key: OptionalPath = Field(default=None, description="Its key, a PEM file.")


class Queue(_Table):
    """``[queue]``: how the daemons hand things to each other."""

    max_length: int = Field(
        default=100_000, ge=10, description="Items that wait in a queue before its writers have to."
    )
    lease: float = Field(
        default=60.0,
        ge=0.1,
        description="Seconds until what a silent process holds goes to another.",
    )
    attempts: int = Field(
        default=5, ge=1, le=100, description="Failures before an item is put aside."
    )
    concurrency: int = Field(
        default=8, ge=1, le=1000, description="Items a worker has in hand at once."
    )


class Sources(_Table):
    """``[sources]``: how outside services are asked."""

    connect_timeout: float = Field(
        default=5.0, ge=0.1, le=60, description="Seconds that a connection may take."
    )
    timeout: float = Field(
        default=20.0, ge=0.1, le=120, description="Seconds that an answer may take, all in all."
    )
    max_size: int = Field(
        default=8 * 1024 * 1024, ge=1024, description="Bytes of the largest answer that is read."
    )
    per_host: int = Field(
        default=4, ge=1, le=100, description="Requests of one process that one host has at once."
    )
    memory: int = Field(
        default=32 * 1024 * 1024,
        ge=0,
        description="Bytes of answers a process keeps, to ask only whether they still hold.",
    )
    tokens: dict[str, SecretStr] = Field(
        default={},
        description='Secrets by host, as in { "api.github.com" = "…" }; sent to that host alone. '
        "What they may read, hubs show to all.",
    )


class Services(_Table):
    """``[services]``: where the outside services are; only these may be in private networks."""

    fasjson: Base = Field(
        default="https://fasjson.fedoraproject.org",
        description="The accounts, where accounts.backend is fasjson.",
    )
    datagrepper: Base = Field(
        default="https://apps.fedoraproject.org/datagrepper",
        description="The archive of the message bus, which knows what was missed.",
    )
    github: Base = Field(default="https://api.github.com", description="The API of GitHub.")
    gitlab: tuple[Base, ...] = Field(
        default=("https://gitlab.com",), description="GitLabs that are known."
    )
    forgejo: tuple[Base, ...] = Field(
        default=("https://forge.fedoraproject.org", "https://codeberg.org"),
        description="Forgejos that are known.",
    )
    pagure: tuple[Base, ...] = Field(
        default=("https://pagure.io", "https://src.fedoraproject.org"),
        description="Pagures that are known; dist-git is one.",
    )
    bugzilla: tuple[Base, ...] = Field(
        default=("https://bugzilla.redhat.com",), description="Bugzillas that are known."
    )
    bodhi: Base = Field(
        default="https://bodhi.fedoraproject.org", description="The updates, and the releases."
    )
    koji: Base = Field(
        default="https://koji.fedoraproject.org", description="The builds of the distribution."
    )
    copr: Base = Field(
        default="https://copr.fedorainfracloud.org", description="The builds that anybody makes."
    )
    anitya: Base = Field(
        default="https://release-monitoring.org",
        description="New versions of what is packaged.",
    )
    status: Base = Field(
        default="https://status.fedoraproject.org", description="What is out, and what will be."
    )
    fedocal: Base = Field(
        default="https://calendar.fedoraproject.org", description="The calendars of meetings."
    )
    blogs: tuple[Base, ...] = Field(
        default=("https://fedoramagazine.org", "https://communityblog.fedoraproject.org"),
        description="Hosts of feeds that are known.",
    )
    discourse: tuple[Base, ...] = Field(
        default=("https://discussion.fedoraproject.org",), description="Discourses that are known."
    )
    badges: Base = Field(
        default="https://badges.fedoraproject.org", description="Who has earned which badges."
    )
    meetbot: Base = Field(
        default="https://meetbot.fedoraproject.org", description="The meetings that were."
    )
    meetbot_files: Base = Field(
        default="https://meetbot-raw.fedoraproject.org",
        description="Their minutes and logs, as the bot wrote them.",
    )
    hyperkitty: tuple[Base, ...] = Field(
        default=(
            "https://lists.fedoraproject.org/archives",
            "https://lists.fedorahosted.org/archives",
        ),
        description="Archives of mailing lists, each at the host that its lists are at.",
    )


class Watch(_Table):
    """``[watch]``: where each process answers those who watch it."""

    listen: WatchEndpoint = Field(
        default="",
        description="Where, as in tcp:{port}:interface=127.0.0.1 or "
        "unix:/run/{service}-{number}; empty for nowhere.",
    )
    port: int = Field(
        default=8100,
        ge=1,
        le=65_000,
        description="{port} of web; of sse 1 more, listener 2, fedmsg-hub 3, "
        "triage N 100+N, worker N 200+N.",
    )
    coverage: float = Field(
        default=300.0,
        ge=0,
        description="Seconds between two looks of web at the coverage of the cache; 0 for none.",
    )


class Log(_Table):
    """``[log]``: what the services say of what they do."""

    format: Literal["text", "json", "journald"] = Field(
        default="text", description="How: text, json for one object a line, or journald."
    )
    level: Literal["debug", "info", "warn", "error", "critical"] = Field(
        default="info", description="What is less is left out; info has the way of each message."
    )


class Keep(_Table):
    """``[keep]``: how long what happened is remembered; `fedora-hubs db prune` forgets it."""

    activity: int = Field(
        default=400, ge=31, description="Days for which it is known how busy each hub was."
    )
    asks: int = Field(
        default=400, ge=31, description="Days for which what waits for somebody is remembered."
    )
    audit: int = Field(
        default=730, ge=31, description="Days for which it is known who changed what on a hub."
    )


class Settings(BaseSettings):
    """All settings."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__"
    )

    database: Database = Database()
    redis: Redis = Redis()
    feeds: Feeds = Feeds()
    cache: Cache = Cache()
    accounts: Accounts = Accounts()
    web: Web = Web()
    login: Login = Login()
    sse: Sse = Sse()
    listener: Listener = Listener()
    amqp: Amqp = Amqp()
    publish: Publish = Publish()
    queue: Queue = Queue()
    sources: Sources = Sources()
    services: Services = Services()
    watch: Watch = Watch()
    log: Log = Log()
    keep: Keep = Keep()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment before what is passed, which is what the file says."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings
