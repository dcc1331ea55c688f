"""The configuration: what is read, and the exact line for what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from filature.config import find_config, load_config, parse_config
from filature.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]

SOURCE = '[[sources]]\nname = "a"\nurl = "https://example.org/"\n'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[harvest]\npause_second = 2", "[harvest]: unknown key 'pause_second', did you mean 'pause_seconds'?"),
        (
            "[report]\nzzz = 2",
            "[report]: unknown key 'zzz'; valid: folder, lang, templates",
        ),
        ("[hravest]\nretries = 1", "(top of the file): unknown key 'hravest', did you mean 'harvest'?"),
        ("[harvest]\npause_seconds = '2'", "[harvest]: pause_seconds must be a number, is the text '2'"),
        ("[harvest]\npause_seconds = -1", "[harvest]: pause_seconds must be 0 or more, is -1"),
        ("[harvest]\nretries = 2.5", "[harvest]: retries must be a whole number, is 2.5"),
        ("[harvest]\nretries = true", "[harvest]: retries must be a whole number, is true"),
        (
            "[harvest]\nallow_private_addresses = 'no'",
            "[harvest]: allow_private_addresses must be true or false, is the text 'no'",
        ),
        ("harvest = 3", "[harvest]: must be a table, is 3"),
        ("archive = 3", "(top of the file): archive must be text in quotes, is 3"),
        ("[harvest.mirrors]\n'a.fr' = 3", "[harvest.mirrors]: a.fr must be text in quotes, is 3"),
        (
            "[harvest.mirrors]\n'127.0.0.1:9' = 'https://a.fr'",
            "[harvest.mirrors]: '127.0.0.1:9' is no address that starts with http:// or https://; "
            'write "http://copy" = "https://site"',
        ),
        ("[report]\nlang = 'de'", "[report]: lang must be one of fr, en, is the text 'de'"),
        (
            "[[sources]]\nnam = 'a'\nurl = 'https://example.org'",
            "[[sources]] 1: unknown key 'nam', did you mean 'name'?",
        ),
        ("[[sources]]\nname = 'a'", "[[sources]] 1 (a): key 'url' is missing"),
        (
            "[[sources]]\nname = 'a'\nurl = 'example.org'",
            "[[sources]] 1 (a): url must be an address that starts with http:// or https://, is the text 'example.org'",
        ),
        (
            f"{SOURCE}kind = 'thread'",
            "[[sources]] 1 (a): kind must be one of threads, blog, feed, page, sitemap, is the text 'thread', "
            "did you mean 'threads'?",
        ),
        (SOURCE + SOURCE, "[[sources]] 2: name 'a' is taken by [[sources]] 1; rename one"),
        ("sources = ['a']", "[[sources]] 1: must be a table, is the text 'a'"),
        ("[sources]\nname = 'a'", "(top of the file): sources must be a list, is a table"),
        (
            "[[topics]]\nname = 'ÉNA'\nlabel = 'ÉNA'",
            "[[topics]] 1 (ÉNA): name must be small letters, digits, - and _ only, is the text 'ÉNA'",
        ),
        (
            "[[topics]]\nname = 'a'\nlabel = 'A'\nterms = 'soins'",
            "[[topics]] 1 (a): terms must be a list, is the text 'soins'",
        ),
        (
            "[[topics]]\nname = 'a'\nlabel = 'A'\nterms = ['soins', 3]",
            "[[topics]] 1 (a): terms[2] must be text in quotes, is 3",
        ),
        ("[[topics]]\nname = 'a'\nlabel = 'A'\nterms = []", "[[topics]] 1 (a): terms must be a list that is not empty"),
        (
            "[[topics]]\nname = 'a'\nlabel = 'A'\nterms = ['soins', '*']",
            "[[topics]] 1 (a): terms[2] must be a word or a phrase, is the text '*'",
        ),
        ("[[topics]]\nname = 'a'\nlabel = 'A'\n" * 2, "[[topics]] 2: name 'a' is taken by [[topics]] 1; rename one"),
        (
            "[mining]\nlexicons = ['absent.toml']",
            "[mining]: lexicons: no file 'absent.toml'; correct the path or remove it",
        ),
        ("archive = 'a.db'\n[harvest\n", "line 2, column 9: not TOML: expected ']' at the end of a table declaration"),
        ("x = = 3", "line 1, column 5: not TOML: invalid value"),
    ],
)
def test_one_line_says_file_table_key_and_the_closest_name(text: str, line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    assert str(caught.value) == f"config.toml {line}"


def test_defaults() -> None:
    config = parse_config("")
    assert config.archive == Path("filature.db")
    assert config.harvest.pause_seconds == 2.0
    assert not config.harvest.allow_private_addresses
    assert (config.sources, config.topics) == ((), ())


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    lexicon = tmp_path / "mots.toml"
    lexicon.touch()
    path = tmp_path / "config.toml"
    path.write_text("archive = 'a/b.db'\n[mining]\nlexicons = ['mots.toml']\n[report]\nfolder = '/srv/reports'\n")
    config = load_config(path)
    assert config.archive == tmp_path / "a/b.db"
    assert config.mining.lexicons == (lexicon,)
    assert config.report.folder == Path("/srv/reports")


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes("# sources\n[[topics]]\nname = 'sante'\nlabel = 'Santé'\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"^config.toml line 4: not UTF-8 text; save the file as UTF-8$"):
        load_config(path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.toml: no such file or directory; give the configuration with"):
        load_config(tmp_path / "absent.toml")


def test_the_file_given_comes_before_the_one_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_config(None) is None
    (tmp_path / "config.toml").touch()
    assert find_config(None) == Path("config.toml")
    assert find_config(Path("other.toml")) == Path("other.toml")


def test_the_file_of_this_repository_is_valid() -> None:
    config = load_config(ROOT / "config.toml")
    assert {source.name for source in config.sources} >= {"bontemps", "nos_services_publics", "collectif_mediapart"}
    assert len(config.topics) == 13
    assert all(len(topic.terms) >= 10 for topic in config.topics)


def test_mirrors_may_end_in_a_slash() -> None:
    config = parse_config('[harvest.mirrors]\n"http://127.0.0.1:9/" = "https://a.fr/"\n')
    assert config.harvest.mirrors == {"http://127.0.0.1:9": "https://a.fr"}
