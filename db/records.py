"""The values that travel between folders: frozen, typed, and nothing else.

`harvester` makes documents, leads and visits; `nlp` makes findings; `db` stores them; `report` reads them back.
Times are ISO 8601 UTC text with milliseconds (`2021-05-04T07:12:31.123Z`). Ids that come from X are text, since
they exceed 2**53. Every `start`, `end` is a half-open range of code points of `Document.text`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

DocumentKind = Literal["thread", "post", "page"]
LinkKind = Literal["link", "mention", "hashtag", "quote"]
MediaKind = Literal["image", "video", "gif"]
LeadRelation = Literal["item", "more", "moved", "neighbour"]
TargetState = Literal["waiting", "done", "failed", "gone", "refused"]
EntityLabel = Literal["PER", "ORG", "LOC", "POLICY"]
Bound = Literal["=", ">=", "<=", "~"]
ClaimKind = Literal[
    "quantity", "event", "causal", "rule", "comparison", "prediction", "quote", "stance", "personal", "other"
]
Polarity = Literal["affirmed", "negated"]
Relation = Literal[
    "share",
    "multiple",
    "sum",
    "difference",
    "percent_change",
    "product",
    "unit_cost",
    "conversion",
    "count",
    "equality",
]
Verdict = Literal["consistent", "approximate", "inconsistent"]
TopicEventKind = Literal["born", "split", "merged", "died", "renamed", "joined", "pinned"]

POST_SEPARATOR = "\n\n"


# --- What a page says -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who signs a document. `handle` is without the @; any of the three may be unknown."""

    handle: str | None = None
    name: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One tweet of a thread: `Document.text[start:end] == text`.

    `id` is X's id, or `<document url>#<n>` (n from 1) when the source does not tell it: ids are never invented.
    `reply_to` is the id of the post it answers, where the source tells: None says nothing.
    """

    id: str
    text: str
    start: int = field(default=-1, compare=False)
    end: int = field(default=-1, compare=False)
    posted_at: str | None = None
    url: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address in a document. `display` is what the reader sees (Thread Reader cuts it with an ellipsis)."""

    kind: LinkKind
    url: str
    display: str = ""
    post_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """An image at full size, the best file of a video, or an animated picture."""

    kind: MediaKind
    url: str
    alt: str = ""
    post_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The preview of another thread on a page. `date_text` as shown; `tweets` the size it announces."""

    url: str | None
    handle: str | None
    date_text: str | None
    tweets: int | None
    excerpt: str


@dataclass(frozen=True, kw_only=True)  # no slots: the digest is kept where it was worked out
class Document:
    """A thread, a post (blog article) or a page, as parsed from one snapshot.

    `url` is its canonical address and its identity in the archive. `published_from` says how the date is known:
    snowflake, page, feed, json-ld, meta, microdata, text, url, api, filename, export or htmldate.
    """

    kind: DocumentKind
    url: str
    text: str
    title: str | None = None
    author: Author | None = None
    published_at: str | None = None
    published_from: str | None = None
    lang: str | None = None
    posts: tuple[Post, ...] = ()
    links: tuple[Link, ...] = ()
    media: tuple[Media, ...] = ()
    cards: tuple[Card, ...] = ()

    @cached_property
    def digest(self) -> str:
        """What change is judged on: the ordered (post id, text), or title and text where there are no posts."""
        parts = [(p.id, p.text) for p in self.posts] or [(self.title or "", self.text)]
        raw = "\x1e".join(f"{key}\x1f{text}" for key, text in parts)
        return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()


def offsets(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where the text of each post of a thread starts and ends in that of the thread."""
    at = 0
    for text in texts:
        yield at, at + len(text)
        at += len(text) + len(POST_SEPARATOR)


def join_posts(posts: Iterable[Post]) -> tuple[str, tuple[Post, ...]]:
    """The text of a thread, posts apart by a blank line, and its posts with their offsets in it."""
    posts = tuple(posts)
    places = offsets(post.text for post in posts)
    placed = tuple(replace(post, start=start, end=end) for post, (start, end) in zip(posts, places, strict=True))
    return POST_SEPARATOR.join(post.text for post in posts), placed


# --- The queue, and what came of it -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place to harvest. `id` is its name in config.toml, or its address when it came by `filature add`."""

    id: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """An address found on a page.

    item: a document of a listing. more: the next page of a listing, followed only while listings bring unknown
    addresses. moved: where the thing itself is. neighbour: another thread of the same author.
    """

    url: str
    kind: str
    relation: LeadRelation = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One address of the queue. `kind` names the reader that will read the answer.

    `paging`: a further page of a listing, asked for only when the page before it brings something new.
    """

    url: str
    kind: str
    source: str | None = None
    state: TargetState = "waiting"
    discovered_from: str | None = None
    paging: bool = False
    next_attempt_at: str | None = None
    attempts: int = 0
    last_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The bytes of an answer as the archive keeps them: compressed, under the sha256 of what was sent."""

    sha256: str
    packed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request and its answer. `status` is None when no answer came; `body` is None when none was read.

    `body` is what the site sent, after transfer and content encodings are undone. `snapshot` is the same made ready
    for the archive, by a thread that had time for it; the archive makes it itself where it is None.
    """

    url: str
    final_url: str
    fetched_at: str
    elapsed_ms: int
    status: int | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    snapshot: Snapshot | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFetch:
    """A request of the archive with its answer. `fetch.body` is None where the same bytes came before, in `same_as`.

    `sha256` names the bytes of the answer; for a 304, those it says are unchanged. `command` of filature `version`
    made it. `redirected`: the answer before it led there.
    """

    id: int
    fetch: Fetch
    sha256: str | None
    command: str
    version: str
    redirected: bool = False
    same_as: KeptFetch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What makes the next request conditional."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """All that came of one target in one run: stored in one transaction, so a kill loses the page in flight only.

    `target` carries the new state, next_attempt_at, attempts and last_error. The last of `fetches` is the answer
    that was read; `documents` come from it. `gone` is true for 404 and 410 answers. `more` are the further pages of a
    listing: asked for again, known or not, when this one brought a new document or a new address.
    """

    target: Target
    fetches: tuple[Fetch, ...] = ()
    documents: tuple[Document, ...] = ()
    leads: tuple[Lead, ...] = ()
    more: tuple[Lead, ...] = ()
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierText:
    """What a thread said until it was edited."""

    document: Document
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedThread:
    """A thread from its author's own export, with what it said before each edit.

    `former_ids`: id that a post had before it was edited -> its id. X gives an edited post a new one.
    """

    document: Document
    earlier: tuple[EarlierText, ...] = ()
    former_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a visit changed in the archive. `merged` of the documents are also told by another kind of source.

    `forgotten` documents were kept out: somebody had them removed.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    targets_added: int = 0
    merged: int = 0
    forgotten: int = 0


# --- What a text says -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing that texts name. `id` is `<label>:<slug of name>`; `wikidata` is None when unknown."""

    id: str
    name: str
    label: EntityLabel
    handle: str | None = None
    wikidata: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Words that name an entity. `rule` says what found them."""

    surface: str
    label: EntityLabel
    entity: Entity
    start: int = field(default=-1, compare=False)
    end: int = field(default=-1, compare=False)
    rule: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """An amount. `value` in `unit` (EUR, %, fois, or a singular French noun); `counted` is what it measures.

    `per` is the unit it is divided by ("an", "habitant") when the text says so.
    """

    surface: str
    value: float
    unit: str | None
    bound: Bound = "="
    counted: str | None = None
    per: str | None = None
    start: int = field(default=-1, compare=False)
    end: int = field(default=-1, compare=False)
    rule: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicWeight:
    """A topic given to a claim or a document, and the words that decided."""

    topic: str
    weight: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence that asserts. `attributed_to` is None when the author speaks; `score` is P(check-worthy)."""

    text: str
    kind: ClaimKind
    check_worthy: bool
    score: float
    polarity: Polarity = "affirmed"
    attributed_to: str | None = None
    topics: tuple[TopicWeight, ...] = ()
    start: int = field(default=-1, compare=False)
    end: int = field(default=-1, compare=False)
    rule: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """A quantity used by a check, and its role there: part, whole, result, term..."""

    role: str
    quantity: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """An arithmetic relation between amounts of one document, recomputed. `stated` is None if the text gives none."""

    relation: Relation
    stated: float | None
    computed: float
    unit: str | None
    verdict: Verdict
    explanation: str
    operands: tuple[Operand, ...] = ()
    rule: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that mining found in one text, in the order of the text."""

    lang: str | None = None
    mentions: tuple[Mention, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    claims: tuple[Claim, ...] = ()
    checks: tuple[Check, ...] = ()
    topics: tuple[TopicWeight, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSeed:
    """A topic of config.toml: `terms` are words or phrases; a term ending in * stands for all its endings."""

    name: str
    label: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredTopic:
    """A topic found in the texts. `terms` as the texts write them, with weights, best first (the best has 1)."""

    id: str
    label: str
    terms: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTopic:
    """A discovered topic of the run before: its terms, best first, and the documents that it leads, by id.

    `absorbed` is how many other topics a person merged into it: what looks like one of those stays part of it.
    """

    id: str
    label: str
    terms: tuple[str, ...]
    members: frozenset[Hashable] = frozenset()
    absorbed: int = 0


@dataclass(frozen=True, slots=True)
class TopicEvent:
    """What happened to a discovered topic.

    By itself: born; split from `other`; merged into `other`, which goes on; died. By a person: renamed (`other` is the
    label it had), joined to `other`, pinned in config.toml.
    """

    topic: str
    event: TopicEventKind
    other: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MiningTask:
    """A document that waits for mining: its current version, and the ranges of its posts (empty: not a thread)."""

    document_id: int
    version: int
    text: str
    posts: tuple[tuple[str, int, int], ...] = ()
