"""An invented archive for a browser to look at: a thread that changed and vanished, an article, and attacks."""

from __future__ import annotations

from pathlib import Path

from db.archive import Archive
from db.records import (
    Author,
    Check,
    Claim,
    Document,
    Entity,
    Fetch,
    Findings,
    Link,
    Media,
    Mention,
    Operand,
    Post,
    Quantity,
    Target,
    TopicSeed,
    TopicWeight,
    Visit,
    join_posts,
)

TOPIC = "externalisation"
THREAD, ARTICLE, ATTACK, LONG = 1, 2, 3, 4  # documents.id
WRONG = "Le musée paie 40 agents 100 € par jour, soit 5 000 € par jour."
# The same words open two sentences, and stand once more in a third: a link must tell them apart.
TWICE = "Le guichet de la gare ferme à midi depuis l'automne dernier."
SENTENCES = (TWICE, "Personne n'a été prévenu, ni les agents ni les habitants du quartier.", WRONG)
MARKUP = "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>"
BREAKOUT = "\"'><svg onload=alert(3)><!-- --></style></title><script>alert(4)</script>"
FORMULA = '=HYPERLINK("https://evil.example","Les 60 agents")'
TURNED = "agents \u202etnemetêv ertua nu\u202c \u2066et\u2069"
HOSTILE = (MARKUP, BREAKOUT, FORMULA, TURNED, "{{ 7*7 }} {% raw %} [a](javascript:alert(5)) `x` | y | *z*")
LINE = "a" * 10_000_000
DAYS = tuple(f"2021-05-0{day}T08:00:00.000Z" for day in range(1, 8))
PAGE = "https://threads.example/thread/100.html"


def fill(path: Path) -> None:
    """Harvest and mine the documents into the archive at `path`."""
    with Archive.open(path) as archive:
        run_id = archive.start_run("harvest", "0")
        for day, document in zip(DAYS, (earlier(), thread(), article(), attack(), long()), strict=False):
            archive.save_visit(run_id, _visit(document, day))
        archive.save_visit(run_id, _gone(PAGE, DAYS[5]))
        archive.save_topics([TopicSeed(name=TOPIC, label=f"Externalisation {MARKUP}", terms=("agents",))])
        for task in list(archive.documents_to_mine("by-hand")):
            archive.save_findings(task, "by-hand", findings(task.text), DAYS[6])
        archive.finish_run(run_id, "ok", {})


def _visit(document: Document, day: str) -> Visit:
    body = document.text[:100_000].encode()
    fetch = Fetch(url=document.url, final_url=document.url, fetched_at=day, elapsed_ms=1, status=200, body=body)
    return Visit(target=Target(url=document.url, kind="thread", state="done"), fetches=(fetch,), documents=(document,))


def _gone(url: str, day: str) -> Visit:
    fetch = Fetch(url=url, final_url=url, fetched_at=day, elapsed_ms=1, status=404, body=b"", error="404")
    return Visit(target=Target(url=url, kind="thread", state="gone"), fetches=(fetch,), gone=True)


def thread() -> Document:
    """Twelve posts, so that a link into it must scroll; one has a wrong sum."""
    filler = [f"{number}/ On a compté encore, salle par salle, sans rien trouver." for number in range(2, 11)]
    texts = [f"1/ Un fil sur nos musées.\n{TWICE}", *filler, f"11/ {WRONG}", f"12/ Fin. {TWICE}"]
    posts = (
        Post(id=str(100 + n), text=text, posted_at=DAYS[0], url=f"https://x.example/lagent/status/{100 + n}")
        for n, text in enumerate(texts)
    )
    text, placed = join_posts(posts)
    return Document(
        kind="thread", url=PAGE, text=text, posts=placed, lang="fr", title="Un fil sur nos musées",
        author=Author(handle="lagent", name="L'Agent"), published_at=DAYS[0], published_from="snowflake",
        links=(Link(kind="link", url="https://www.cour.example/rapport", display="cour.example/rap…", post_id="100"),),
        media=(Media(kind="image", url="https://img.example/1.jpg", alt="Une salle vide", post_id="100"),),
    )  # fmt: skip


def earlier() -> Document:
    """The thread when it said 30 agents, and had one post less."""
    posts = [
        Post(id=post.id, text=post.text.replace("40 agents", "30 agents"), posted_at=post.posted_at, url=post.url)
        for post in thread().posts[:-1]
    ]
    text, placed = join_posts(posts)
    return Document(
        kind="thread", url=PAGE, text=text, posts=placed, lang="fr", title="Un fil sur nos musées",
        author=Author(handle="lagent", name="L'Agent"), published_at=DAYS[0], published_from="snowflake",
    )  # fmt: skip


def article() -> Document:
    """A blog post whose last paragraph repeats the beginning of the first."""
    filler = "\n\n".join(f"Paragraphe {number}, où il ne se passe rien de bien notable." for number in range(40))
    text = f"{TWICE} C'est ce que disent les agents.\n\n{filler}\n\n{SENTENCES[1]} {TWICE}\n\n{WRONG}"
    return Document(
        kind="post", url="https://blog.example/2021/guichets", text=text, title="Guichets", lang="fr",
        author=Author(name="Une agente"), published_at=DAYS[1], published_from="meta",
    )  # fmt: skip


def attack() -> Document:
    """A thread whose every part is an attack."""
    posts = (Post(id=str(600 + n), text=text, url="javascript:alert(6)") for n, text in enumerate(HOSTILE))
    text, placed = join_posts(posts)
    links = (
        Link(kind="link", url="javascript:alert(7)", display=BREAKOUT, post_id="600"),
        Link(kind="link", url=f"https://evil.example/{BREAKOUT}", display=MARKUP, post_id="600"),
        Link(kind="link", url="http://[bad", display="", post_id="600"),
    )
    media = (
        Media(kind="image", url=f"https://evil.example/pixel.gif?{MARKUP}", alt=BREAKOUT, post_id="600"),
        Media(kind="video", url="data:text/html,<script>alert(8)</script>", alt=TURNED, post_id="601"),
    )
    return Document(
        kind="thread", url=f"https://evil.example/{BREAKOUT}", text=text, posts=placed, lang='fr" onload="alert(9)',
        title=f"{BREAKOUT} {TURNED}",
        author=Author(handle="mal", name=f"{TURNED} {MARKUP}", url="javascript:alert(10)"),
        published_at=DAYS[2], published_from=MARKUP, links=links, media=media,
    )  # fmt: skip


def long() -> Document:
    """A post of ten million characters without a space."""
    return Document(
        kind="page", url="https://long.example/", text=f"Une ligne : {LINE}", author=Author(name="Long"), lang="fr",
        published_at=DAYS[3], published_from="meta",
    )  # fmt: skip


def findings(text: str) -> Findings:
    """The sentences above wherever they stand, and each hostile line as a claim with a hostile name and sum."""
    topics = (TopicWeight(topic=TOPIC, weight=1.0, words=("agents",)),)
    wanted = [sentence for sentence in (*SENTENCES, *HOSTILE) if sentence in text]
    claims = [_claim(text, sentence, at) for sentence in wanted for at in _places(text, sentence)]
    checks = [_wrong_sum(text)] if WRONG in text else []
    mentions = []
    if MARKUP in text:
        thing = Entity(id="ORG:hostile", name=f"{BREAKOUT} {TURNED}", label="ORG", handle=MARKUP, wikidata=MARKUP)
        at = text.index(MARKUP)
        mentions.append(Mention(surface=MARKUP, label="ORG", entity=thing, start=at, end=at + len(MARKUP)))
        amount = Quantity(surface=MARKUP, value=1, unit=BREAKOUT, counted=BREAKOUT, start=at, end=at + len(MARKUP))
        checks.append(
            Check(
                relation="sum", stated=2, computed=1, unit=BREAKOUT, verdict="inconsistent",
                explanation=f"{MARKUP}{TURNED}", operands=(Operand(role="stated", quantity=amount),), rule=MARKUP,
            )
        )  # fmt: skip
    amounts = tuple(operand.quantity for check in checks for operand in check.operands)
    return Findings(
        lang=None, claims=tuple(sorted(claims, key=lambda claim: claim.start)), quantities=amounts,
        checks=tuple(checks), mentions=tuple(mentions), topics=topics,
    )  # fmt: skip


def _places(text: str, sentence: str) -> list[int]:
    found, at = [], text.find(sentence)
    while at >= 0:
        found.append(at)
        at = text.find(sentence, at + 1)
    return found


def _claim(text: str, sentence: str, at: int) -> Claim:
    hostile = sentence in HOSTILE
    return Claim(
        text=sentence, kind="quantity", check_worthy=True, score=0.9, attributed_to=BREAKOUT if hostile else None,
        topics=(TopicWeight(topic=TOPIC, weight=1.0, words=("agents",)),), start=at, end=at + len(sentence),
    )  # fmt: skip


def _wrong_sum(text: str) -> Check:
    at = text.index(WRONG)

    def amount(surface: str, value: float, unit: str) -> Quantity:
        start = at + WRONG.index(surface)
        return Quantity(surface=surface, value=value, unit=unit, start=start, end=start + len(surface))

    people, each, stated = amount("40 agents", 40, "agent"), amount("100 €", 100, "EUR"), amount("5 000 €", 5000, "EUR")
    return Check(
        relation="product", stated=5000, computed=4000, unit="EUR", verdict="inconsistent",
        explanation="40 × 100 € = 4 000 €, not 5 000 €",
        operands=(
            Operand(role="number", quantity=people),
            Operand(role="each", quantity=each),
            Operand(role="stated", quantity=stated),
        ),
    )  # fmt: skip
