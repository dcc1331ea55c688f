"""`config.toml`, read once into frozen dataclasses. An unknown key or a wrong type stops the run, with its place.

Stages receive the values they need, never the file. Paths in the file are relative to the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, ValidationInfo
from pydantic.dataclasses import dataclass

from filature.config_errors import first_problem
from filature.errors import ConfigError

DEFAULT_NAME = "config.toml"
SourceKind = Literal["threads", "blog", "feed", "page", "sitemap"]


def _beside_the_file(value: object, info: ValidationInfo) -> object:
    folder: Path = (info.context or {}).get("folder", Path())
    return folder / Path(value).expanduser() if isinstance(value, str) and value else value


def _without_last_slash(mirrors: dict[str, str]) -> dict[str, str]:
    return {copy.rstrip("/"): site.rstrip("/") for copy, site in mirrors.items()}


FilePath = Annotated[Path, BeforeValidator(_beside_the_file)]
_ADDRESS = r"^https?://[^\s/]+"
Url = Annotated[str, Field(pattern=_ADDRESS)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
_CLOSED = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class Harvest:
    """How sites are asked."""

    contact: Annotated[
        str,
        Field(description="An address or a page where a site can reach you; sent with every request. Please set it."),
    ] = ""
    pause_seconds: Annotated[
        float, Field(strict=True, ge=0, le=3600, description="Least pause between two requests to the same host.")
    ] = 2.0
    timeout_seconds: Annotated[
        float, Field(strict=True, gt=0, le=600, description="How long to wait for an answer.")
    ] = 20.0
    max_seconds_per_page: Annotated[
        float, Field(strict=True, gt=0, le=3600, description="How long one answer may take as a whole.")
    ] = 60.0
    max_bytes: Annotated[
        int, Field(strict=True, ge=1024, description="The largest answer read; a larger one is an error.")
    ] = 20_000_000
    max_redirects: Annotated[int, Field(strict=True, ge=0, le=30, description="How many redirects are followed.")] = 5
    retries: Annotated[
        int,
        Field(
            strict=True,
            ge=0,
            le=10,
            description="How often a request that met a passing failure is tried again in a run.",
        ),
    ] = 3
    allow_private_addresses: Annotated[
        bool, Field(strict=True, description="Whether addresses of this machine and of private networks may be asked.")
    ] = False
    mirrors: Annotated[
        dict[str, str],
        AfterValidator(_without_last_slash),
        Field(
            description='Copies to ask instead of a site: `"http://127.0.0.1:8642" = "https://threadreaderapp.com"`.'
        ),
    ] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class Wayback:
    """How `filature recover` asks the Wayback Machine."""

    pause_seconds: Annotated[
        float,
        Field(
            strict=True,
            ge=0,
            le=3600,
            description="Least pause between two requests to it; the longer of this and that of [harvest] counts. "
            "It closes itself to who looks up more than 30 addresses a minute.",
        ),
    ] = 5.0
    again_days: Annotated[
        int, Field(strict=True, ge=0, description="What it was asked is not asked again for so many days.")
    ] = 30


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class Mining:
    """How texts are mined."""

    model: Annotated[str, Field(min_length=1, description="The spaCy model that proposes names.")] = "fr_core_news_md"
    processes: Annotated[
        int, Field(strict=True, ge=0, le=256, description="Processes that mine; 0 is one for each core.")
    ] = 0
    lexicons: Annotated[
        tuple[FilePath, ...],
        Field(description="TOML files of names and words to add to those of `nlp/lexicons/`."),
    ] = ()


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class Report:
    """How reports are written."""

    folder: Annotated[FilePath, Field(description="Where `filature report` writes.")] = Path("reports")
    lang: Annotated[Literal["fr", "en"], Field(description="Language of the fixed words of a report.")] = "fr"
    templates: Annotated[
        FilePath | None,
        Field(
            description="Folder of your own Jinja templates: a file there takes the place of filature's of that name. "
            "Left out: `report_templates` beside this file. `filature report templates` writes those to start from."
        ),
    ] = None


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class SourceEntry:
    """A place to harvest."""

    name: Annotated[Name, Field(description="Its name in `filature harvest NAME` and in the table `sources`.")]
    url: Annotated[Url, Field(description="Its address: an author's threads, a blog, a feed, a page, a sitemap.")]
    kind: Annotated[
        SourceKind | None, Field(description="What the address is; left out, it is recognised from the address.")
    ] = None


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class TopicEntry:
    """A topic that documents and claims are sorted into."""

    name: Annotated[Name, Field(description="Its name in `filature report topics NAME` and in the table `topics`.")]
    label: Annotated[str, Field(min_length=1, description="Its name for readers, shown in reports.")]
    terms: Annotated[
        tuple[Annotated[str, Field(min_length=1, pattern=r"[^*\s]")], ...],
        Field(
            min_length=1,
            description="Words and phrases that speak of it. Texts may leave accents out; capitals do not count, "
            "except that a term all in capitals (ARS) matches capitals only; `*` at the end of a word stands for any "
            "ending.",
        ),
    ] = ()


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class Config:
    """All of config.toml."""

    archive: Annotated[FilePath, Field(description="The archive, one SQLite file.")] = Path("filature.db")
    harvest: Harvest = field(default_factory=Harvest)
    wayback: Wayback = field(default_factory=Wayback)
    mining: Mining = field(default_factory=Mining)
    report: Report = field(default_factory=Report)
    sources: tuple[SourceEntry, ...] = ()
    topics: tuple[TopicEntry, ...] = ()


def find_config(given: Path | None) -> Path | None:
    """The file to read: the one given, else `config.toml` of the current folder, else none."""
    if given is not None:
        return given
    here = Path(DEFAULT_NAME)
    return here if here.exists() else None


def load_config(path: Path) -> Config:
    """What `path` says, its own paths made relative to the current folder. Raises ConfigError, one line."""
    return parse_config(_read(path), name=path.name, folder=path.parent)


def parse_config(text: str, *, name: str = DEFAULT_NAME, folder: Path = Path()) -> Config:
    """What the text of a config.toml says; `name` is what errors call the file."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax_line(name, str(error))) from error
    try:
        config = TypeAdapter(Config).validate_python(data, context={"folder": folder})
    except ValidationError as error:
        raise ConfigError(f"{name} {first_problem(error, Config, data)}") from error
    _refuse_twins(name, "sources", [source.name for source in config.sources])
    _refuse_twins(name, "topics", [topic.name for topic in config.topics])
    _refuse_missing(name, config.mining.lexicons)
    _refuse_no_addresses(name, config.harvest.mirrors)
    return config


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path.name} line {line}: not UTF-8 text; save the file as UTF-8") from error
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise ConfigError(f"{path}: {reason}; give the configuration with --config FILE") from error


def _syntax_line(name: str, message: str) -> str:
    place = re.search(r" \(at (line \d+, column \d+)\)$", message)
    if place is None:
        return f"{name}: not TOML: {message}"
    return f"{name} {place[1]}: not TOML: {message[: place.start()].lower()}"


def _refuse_twins(file: str, table: str, names: Sequence[str]) -> None:
    for number, name in enumerate(names, 1):
        first = names.index(name) + 1
        if first < number:
            raise ConfigError(f"{file} [[{table}]] {number}: name {name!r} is taken by [[{table}]] {first}; rename one")


def _refuse_missing(file: str, lexicons: Sequence[Path]) -> None:
    for path in lexicons:
        if not path.is_file():
            raise ConfigError(f"{file} [mining]: lexicons: no file {str(path)!r}; correct the path or remove it")


def _refuse_no_addresses(file: str, mirrors: Mapping[str, str]) -> None:
    for address in (*mirrors, *mirrors.values()):
        # Without this, a misspelt copy would be passed over and the site itself asked.
        if not re.match(_ADDRESS, address):
            raise ConfigError(
                f"{file} [harvest.mirrors]: {address!r} is no address that starts with http:// or https://; "
                'write "http://copy" = "https://site"'
            )
