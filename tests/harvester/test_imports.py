"""Files that people bring: what they are is told by their content."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harvester.imports import read_file, walk
from harvester.model import ImportFileError
from tests.shared import shared

PAGES = Path(__file__).resolve().parents[1] / "pages"
TR = "https://threadreaderapp.com"
G2 = (PAGES / "threadreader" / "g2_2020.html").read_bytes()
ARTICLE = "<p>" + "La commune reprend ses cantines en régie, et 12 agents sont recrutés. " * 6 + "</p>"


@pytest.mark.parametrize(
    ("name", "what", "url"),
    [
        ("g2_2020.html", "Thread Reader page, 5 posts", f"{TR}/thread/1268236053509046272.html"),
        ("g1b_2019.html", "Thread Reader page, 2 posts", f"{TR}/thread/1094872415466422272.html"),
        ("g3_2026.html", "Thread Reader page, 4 posts", f"{TR}/thread/1767507115766710272.html"),
    ],
)
def test_saved_thread_needs_no_address(name: str, what: str, url: str) -> None:
    imported = read_file(name, (PAGES / "threadreader" / name).read_bytes())
    assert imported.what == what
    assert [document.url for document in imported.documents] == [url]


def test_saved_thread_leads_to_its_neighbours_and_a_saved_list_to_its_threads() -> None:
    assert [lead.relation for lead in read_file("a.html", G2).leads] == ["neighbour"]
    saved = read_file("list.html", (PAGES / "threadreader" / "author_batch.html").read_bytes())
    assert (saved.what, {lead.kind for lead in saved.leads}) == ("Thread Reader list, 3 threads", {"thread"})


@pytest.mark.parametrize(
    "mark",
    [
        "<!DOCTYPE html><!--\n Page saved with SingleFile\n url: {}\n saved date: x\n-->",
        "<!-- saved from url=(0050){} -->\n<html>",
        '<html><head><meta property="og:url" content="{}"></head>',
        '<html><head><link rel="canonical" href="{}"></head>',
    ],
)
@pytest.mark.parametrize("archived", ["", "https://web.archive.org/web/20210504id_/"])
def test_saved_page_tells_its_address(mark: str, archived: str) -> None:
    address = f"{archived}https://blog.exemple.fr/2021/05/cantines?utm_source=x"
    page = mark.format(address) + f"<body><article><h1>Les cantines</h1>{ARTICLE}</article></body></html>"
    (document,) = read_file("page.html", page.encode()).documents
    assert document.url == "https://blog.exemple.fr/2021/05/cantines"
    assert "12 agents sont recrutés" in document.text


def test_page_without_article_is_kept_whole() -> None:
    page = "<html><head><title>Menu</title></head><body><nav>Accueil</nav><p>Mot</p><ul>" + "<li>entrée</li>" * 9
    imported = read_file("page.html", page.encode())
    (document,) = imported.documents
    assert (document.kind, document.title) == ("page", "Menu")
    assert document.text.startswith("Accueil")
    assert document.url.startswith("capture:")


def test_saved_challenge_is_not_a_page() -> None:
    page = b"<!-- saved from url=(0001)https://threadreaderapp.com/thread/12.html -->"
    page += (PAGES / "threadreader" / "challenge.html").read_bytes()
    with pytest.raises(ImportFileError, match=r"page\.html: it comes from .* shows no thread: a challenge page"):
        read_file("page.html", page)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        (f"{TR}/thread/1268236053509046272\n\n  1268236053509046272\n# note\nhttps://blog.exemple.fr/a\n",
         [f"{TR}/thread/1268236053509046272.html", f"{TR}/api/v0/ping/1268236053509046272.json",
          "https://blog.exemple.fr/a"]),
        ("x.com/a/status/1268236053509046272\r\nx.com/a/status/1268236053509046272",
         [f"{TR}/api/v0/ping/1268236053509046272.json"]),
    ],
)  # fmt: skip
def test_list_of_addresses(text: str, urls: list[str]) -> None:
    imported = read_file("list.txt", text.encode())
    assert [lead.url for lead in imported.leads] == urls
    assert imported.what == f"list of {len(urls)} address{'es' if len(urls) > 1 else ''}"
    assert not imported.documents


@pytest.mark.parametrize("text", ["https://a.fr/b\nest une adresse", "mot.fr", "2021", "@quelquun", "https://a.fr b"])
def test_text_with_an_address_is_a_text(text: str) -> None:
    imported = read_file("a.txt", text.encode())
    assert (len(imported.documents), imported.leads) == (1, ())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\t\xef\xbb\xbf", "it is empty"),
        (b"\xef\xbb\xbf\n", "it is empty"),
        (b"%PDF-1.7\n", "it is a PDF: copy its text into a text file"),
        (b"\x89PNG\r\n\x1a\n", "it is an image"),
        (b"PK\x03\x04rest", "it is a zip or an office document: unpack it, or save it as text"),
        (b"abc\0def", "it is not text (it holds zero bytes)"),
        (b"Error\n", "no words but a site's own: expected a text, a saved page or a list of addresses"),
    ],
)
def test_what_cannot_be_imported_is_one_clear_line(body: bytes, reason: str) -> None:
    with pytest.raises(ImportFileError) as error:
        read_file("dossier/a.bin", body)
    assert str(error.value) == f"dossier/a.bin: {reason}"


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        ("L'été à l'hôpital".encode(), 0),
        ("\ufeffL'été à l'hôpital".encode(), 0),
        ("L'été à l'hôpital".encode("utf-16"), 0),
        ("L'été à l'hôpital".encode("cp1252"), 1),
    ],
)
def test_encodings_of_texts(body: bytes, notes: int) -> None:
    imported = read_file("a.txt", body)
    assert imported.documents[0].text == "L'été à l'hôpital"
    assert len(imported.notes) == notes


def test_page_in_its_declared_encoding() -> None:
    page = f'<html><head><meta charset="iso-8859-1"></head><body>{G2.decode()}</body>'.replace("⚖️", "").encode(
        "latin-1", "xmlcharrefreplace"
    )
    imported = read_file("page.html", page)
    assert imported.documents[0].posts[3].text == "Ce que disait une collègue :"
    assert imported.notes == ()


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "iso-8859-1"),
        ("cp1252", "utf-8"),
        ("cp1252", "nonsense"),
        ("cp1252", "iso-8859-1"),
        ("utf-16", "utf-16"),
    ],
)
def test_article_is_read_in_the_encoding_it_has_not_in_the_one_it_says(encoding: str, declared: str) -> None:
    head = f'<meta charset="{declared}"><title>Le pré</title><meta property="og:type" content="article">'
    head += '<meta property="article:published_time" content="2021-05-04T10:00:00+02:00">'
    page = f"<!DOCTYPE html><html><head>{head}</head><body><article><h1>Le pré</h1>{ARTICLE}</article></body></html>"
    (document,) = read_file("page.html", page.encode(encoding)).documents
    assert (document.title, document.published_at) == ("Le pré", "2021-05-04T08:00:00.000Z")
    assert "cantines en régie, et 12 agents sont recrutés" in document.text


def test_a_broken_byte_makes_no_other_encoding() -> None:
    imported = read_file("a.txt", "L'été à l'hôpital, ".encode() + b"\xff.")
    assert (imported.documents[0].text, imported.notes) == ("L'été à l'hôpital, \ufffd.", ("1 broken character in it",))


def test_identity_of_a_file_is_its_words() -> None:
    first, second = (read_file(name, b"Les  mots.\n").documents[0].url for name in ("a.txt", "b/a.txt"))
    assert first == second == read_file("c.txt", b"Les mots.").documents[0].url


def test_unknown_date_stays_unknown() -> None:
    assert read_file("2021-05-04.txt", b"Des mots.").documents[0].published_at is None


def test_folders_are_walked_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.txt", ".cache/d.txt", "a/.e"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("mots")
    assert [path.relative_to(tmp_path).as_posix() for path in walk([tmp_path])] == ["a/c.txt", "b.txt"]
    assert list(walk([tmp_path / "a" / ".e"])) == [tmp_path / "a" / ".e"]
    with pytest.raises(ImportFileError, match="no such file or folder"):
        list(walk([tmp_path / "absent"]))


def test_links_lead_to_each_file_once_and_never_round(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/note.txt").write_text("mots")
    (tmp_path / "a/b/up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a/copy.txt").symlink_to("note.txt")
    (tmp_path / "a/nowhere").symlink_to("absent")
    os.mkfifo(tmp_path / "a/pipe")
    assert list(walk([tmp_path, tmp_path / "a/note.txt"])) == [tmp_path / "a/copy.txt"]


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ImportFileError, match="neither a file nor a folder"):
        list(walk([tmp_path / "pipe"]))


def test_a_text_too_long_to_be_one() -> None:
    with pytest.raises(ImportFileError, match="a text of 5999999 characters, 5000000 are taken: split it"):
        read_file("long.txt", b"mots. " * 1_000_000)


def test_a_folder_without_files_is_told(tmp_path: Path) -> None:
    (tmp_path / ".hidden").touch()
    with pytest.raises(ImportFileError, match="a folder without a file to import"):
        list(walk([tmp_path]))


def test_feed_and_map_of_a_site() -> None:
    feed = read_file("feed.xml", shared("pages/feeds/blogger_atom_2017_next-link.xml").read_bytes())
    assert len(feed.documents) == 25
    assert read_file("sitemap.xml", shared("pages/feeds/sitemap_index.xml").read_bytes()).leads
