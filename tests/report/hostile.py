"""An archive whose every text would like to be more than text: names, titles, claims, addresses, terms."""

from __future__ import annotations

from db.archive import Archive
from db.records import (
    Author,
    Check,
    Claim,
    Document,
    Entity,
    Fetch,
    Findings,
    Lead,
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

NAME = 'Zoé<script>alert("n")</script>'
TURNED = "Nom\u202eesrevni"
LONG = "x" * 5000
TITLE = "</title><img src=x onerror=alert(2)>"
LABEL = "Piège <b onclick=alert(11)>| [x](javascript:alert(12))"
SENTENCES = (
    "<script>alert(3)</script> 12 agents sur 30 disent 90 %",
    "[un lien](javascript:alert(4)) et ![image](javascript:alert(5)) pour 7 euros",
    "javascript:alert(6) data:text/html,<script>alert(7)</script> 8 euros",
    '" onmouseover="alert(8) \' 9 euros </blockquote></article><h1>titre',
    "\u202eesrevni à txet nu\u202c 10 euros | # * _ ` ~ \\ <!-- --> &lt;b&gt; {{ 7 * 7 }} {% raw %}",
    "1. <https://a.example/\"onclick=alert(9)> www.a.example 11 euros",
    f"{LONG} 12 euros\x07\x1b[31m",
)  # fmt: skip
TOPIC = TopicWeight(topic="piege", weight=1.0, words=("<i>mot</i>", "[mot](javascript:alert(10))"))


def fill(archive: Archive) -> None:
    """Six documents: of the web, with addresses that must not become links, imported, gone, undated, repeated."""
    archive.save_topics(
        [
            TopicSeed(
                name="piege", label="Piège <b onclick=alert(11)>| [x](javascript:alert(12))", terms=("<u>*", "|")
            ),
            TopicSeed(name="vide", label="<s>vide</s>"),
        ]
    )
    run = archive.start_run("harvest", "0.1.0")
    for document in documents():
        fetch = Fetch(
            url=document.url, final_url=document.url, fetched_at="2021-06-01T08:00:00.000Z", elapsed_ms=1, status=200,
            body=document.text.encode(),
        )  # fmt: skip
        archive.save_visit(run, Visit(target=target(document.url), fetches=(fetch,), documents=(document,)))
    archive.save_visit(run, Visit(target=target("https://gone.example/1", state="gone"), gone=True))
    archive.add_targets([Lead(url="https://closed.example/<b>", kind="article")], source=None)
    refused = Target(url="https://closed.example/<b>", kind="article", state="refused", last_error="<b>robots</b>.txt")
    archive.save_visit(run, Visit(target=refused))
    archive.finish_run(run, "ok", {})
    for task in list(archive.documents_to_mine("by-hand"))[:-1]:
        archive.save_findings(task, "by-hand", findings(task.text), "2021-06-02T08:00:00.000Z")
    archive.save_claim_groups({claim.id: claim.id % len(SENTENCES) for claim in archive.claims_for_grouping()})


def target(url: str, state: str = "done") -> Target:
    return Target(url=url, kind="thread", state=state)  # type: ignore[arg-type]


def documents() -> list[Document]:
    text, posts = join_posts(
        Post(id=str(at), text=sentence, url="javascript:alert(13)//" if at % 2 else f"https://x.example/{at}")
        for at, sentence in enumerate(SENTENCES)
    )

    def document(url: str, author: Author, day: str | None, lang: str = "fr") -> Document:
        return Document(
            kind="thread", url=url, text=text, posts=posts, author=author, title=TITLE, lang=lang,
            published_at=day and f"{day}T08:00:00.000Z", published_from="page" if day else None,
        )  # fmt: skip

    return [
        document("javascript:alert(14)", Author(name=NAME), "2021-05-01"),
        document('https://a.example/"><script>alert(15)</script>', Author(handle='"><b>h'), "2021-06-01"),
        document("file:///tmp/<script>alert(16)</script>.txt", Author(name=TURNED), "2021-07-01"),
        document("https://gone.example/1", Author(name=LONG), "2021-08-01"),
        document("data:text/html,<script>alert(17)</script>", Author(name="[a](javascript:alert(18))"), None),
        document("https://[not/an/address", Author(name=""), "2021-09-01", lang="en"),
    ]


def findings(text: str) -> Findings:
    def amount(surface: str, value: float, unit: str) -> Quantity:
        start = text.index(surface)
        return Quantity(surface=surface, value=value, unit=unit, start=start, end=start + len(surface))

    part, whole, stated = amount("12 agents", 12, "agent"), amount("30", 30, "agent"), amount("90 %", 90, "%")
    euros = [amount(f"{number} euros", number, "EUR") for number in range(7, 13)]
    person = Entity(id="PER:x", name="<script>alert(19)</script>", label="PER", handle="<i>x")
    claims = [
        Claim(
            text=sentence, kind="quote" if at > 4 else "quantity", check_worthy=at < 5, score=0.5, topics=(TOPIC,),
            attributed_to=(None, '<b onclick="alert(20)">S', "unnamed")[at % 3], start=text.index(sentence),
            end=text.index(sentence) + len(sentence), polarity="negated" if at == 1 else "affirmed",
        )
        for at, sentence in enumerate(SENTENCES)
    ]  # fmt: skip
    operands = (
        Operand(role="part", quantity=part),
        Operand(role="whole", quantity=whole),
        Operand(role="stated", quantity=stated),
    )
    checks = [
        Check(relation="share", stated=90, computed=40, unit="%", verdict=verdict, explanation="x", operands=operands)
        for verdict in ("inconsistent", "consistent")
    ]
    mention = Mention(surface="script", label="PER", entity=person, start=1, end=7)
    return Findings(
        mentions=(mention,), quantities=(part, whole, stated, *euros), claims=tuple(claims), checks=tuple(checks),
        topics=(TOPIC,),
    )  # fmt: skip
