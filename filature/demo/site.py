"""The demo site: four small hosts on this machine, with what real ones do to a harvester."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from filature.demo.mediapart import Mediapart
from filature.demo.server import Host, Request, Route
from filature.demo.spip import Spip
from filature.demo.texts import CONTENT, DemoArticle, DemoThread, read_articles, read_threads
from filature.demo.threadreader import ThreadReader
from filature.demo.wordpress import WordPress
from harvester.mirrors import mirror_address

# What each host stands for. Pages, queue and archive know these addresses; only the connection goes to 127.0.0.1.
SITES = {
    "threadreader": "https://threadreaderapp.com",
    "blog": "https://carnet-de-guichet.example",
    "club": "https://blogs.mediapart.fr",
    "spip": "https://union-locale.example",
}


class DemoSite:
    """Four hosts on 127.0.0.1, as a context manager. All people and texts are invented.

    `threadreader`, `blog`, `club`, `spip` are their addresses, without a final slash; each stands for a site whose
    address its pages carry (`mirrors`), so that what is archived does not depend on the ports. `port` gives four
    ports in a row, 0 any free ones. `today` moves the young threads; all others keep their dates. What happens there:

    - every page has an ETag and answers 304; view counts move at every visit and leave the ETag alone
    - robots.txt closes a thread and an article that listings show
    - one thread answers 429 with Retry-After at its first request; one is a challenge page with status 200
    - one author's listing sends to a login; the threads are found from one another's cards
    - after `advance()` one thread has more posts, and one is gone (404)
    """

    def __init__(self, *, port: int = 0, today: datetime | None = None) -> None:
        self.today = (today or datetime.now(UTC)).replace(microsecond=0)
        self.visits: list[Request] = []
        self.threads: tuple[DemoThread, ...] = read_threads(self.today)
        self._hosts = {name: Host(name, port + number if port else 0, self.visits) for number, name in enumerate(SITES)}
        self.threadreader, self.blog, self.club, self.spip = (self._hosts[name].base for name in SITES)
        self._reader = ThreadReader(SITES["threadreader"], self.threads, self.today)
        self.wordpress = WordPress(SITES["blog"], read_articles("wordpress"))
        self.mediapart = Mediapart(SITES["club"], read_articles("mediapart"))
        self.spip_site = Spip(SITES["spip"], read_articles("spip"))
        routes: tuple[Route, ...] = (self._reader, self.wordpress, self.mediapart, self.spip_site)
        for host, route in zip(self._hosts.values(), routes, strict=True):
            host.route = route

    def __enter__(self) -> DemoSite:
        for host in self._hosts.values():
            host.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for host in self._hosts.values():
            host.stop()

    @property
    def mirrors(self) -> dict[str, str]:
        """The address of each host, and of the site it stands for."""
        return {host.base: SITES[name] for name, host in self._hosts.items()}

    def local(self, url: str) -> str:
        """Where on this machine a page of one of the sites is."""
        return mirror_address(url, self.mirrors)

    @property
    def articles(self) -> dict[str, DemoArticle]:
        """Every article of the three blogs, by its address."""
        blogs = (self.wordpress, self.mediapart, self.spip_site)
        return {blog.base + blog.path(article): article for blog in blogs for article in blog.articles}

    def advance(self) -> None:
        """Let time pass: from now on every page is as a second visit finds it."""
        self._reader.visit = 2

    def thread(self, role: str) -> DemoThread:
        """The thread with this part in the demo: closed, challenge, limited, gone, grown, english."""
        return next(thread for thread in self.threads if thread.role == role)

    def url(self, thread: DemoThread) -> str:
        """The address of a thread on the site."""
        return SITES["threadreader"] + thread.path

    def visible_threads(self, visit: int = 1) -> list[DemoThread]:
        """The threads a polite harvest can read at the first or at the second visit, oldest first."""
        unread = {"closed", "challenge"} if visit == 1 else {"closed", "challenge", "gone"}
        return [thread.at(visit) for thread in self.threads if thread.role not in unread]

    def config(self, folder: Path | str) -> str:
        """The text of a config.toml that harvests this site into `folder`/filature.db, without a pause."""
        mirrors = "".join(f'"{host}" = "{site}"\n' for host, site in self.mirrors.items())
        sources = "".join(_source(name, url, kind) for name, url, kind in self._sources())
        return (
            f"archive = '{Path(folder) / 'filature.db'}'\n\n"
            '[harvest]\npause_seconds = 0.0\ncontact = "demo@example.org"\nallow_private_addresses = true\n\n'
            f"[harvest.mirrors]\n{mirrors}\n"
            f"[report]\nfolder = '{Path(folder) / 'reports'}'\n\n"
            f"{sources}{(CONTENT / 'topics.toml').read_text(encoding='utf-8')}"
        )

    def _sources(self) -> list[tuple[str, str, str]]:
        closed = [thread for thread in self.threads if thread.author.listing_closed]
        users = f"{SITES['threadreader']}/user"
        return [
            ("atelier_public", f"{users}/atelier_public", "threads"),
            ("brancard_blouse", f"{users}/brancard_blouse", "threads"),
            ("guichet_numero9", f"{users}/guichet_numero9", "threads"),
            ("un_fil_du_guichet", self.url(closed[0]), ""),
            ("desk_notes_demo", self.url(self.thread("english")), ""),
            ("carnet_de_guichet", f"{SITES['blog']}/", "blog"),
            ("club", self.mediapart.blog, "blog"),
            ("union_locale", f"{SITES['spip']}/spip.php?page=backend", "feed"),
        ]


def _source(name: str, url: str, kind: str) -> str:
    line = f'kind = "{kind}"\n' if kind else ""
    return f'[[sources]]\nname = "{name}"\n{line}url = "{url}"\n\n'
