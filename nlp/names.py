"""The model's names, found without parsing what needs no parse: same weights, same answers.

spaCy's entity recogniser walks through a text word by word. But outside a name what it does next depends on one word
alone, and inside a name on where the name began: so both can be computed for all words at once. From the dependency
parser it takes one thing, where sentences begin, for a name may not reach into the next one. So texts are parsed only
where some name has two words, and read again only where a sentence begins inside of one.

The parser itself is driven from Python: its own loop drops and takes the interpreter's lock at every product of two
vectors, which costs more than the products.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.attrs import SENT_START  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokens import Doc, Span

if TYPE_CHECKING:
    from thinc.api import Model

COMPONENT = "names"
# What the recogniser looks at: the next word, the first word of the open name, the last word read of it.
FEATURES, PIECES = 3, 2

Name = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Recogniser:
    """The weights of an entity recogniser, arranged for all words at once.

    `looks` has a matrix for each thing looked at, `absent` what stands for the last two where no name is open. `scores`
    has a column an action: `outside`, and for each label one that opens a name, one that goes on, one that ends it, and
    one for a name of a single word. `never_outside` are those that make no sense where no name is open.
    """

    looks: tuple[Any, ...]
    absent: Any
    bias: Any
    scores: Any
    score_bias: Any
    outside: int
    never_outside: Any
    opening: Any
    inside: Any
    last: Any
    label_of: tuple[str, ...]

    def hidden(self, seen: Any) -> Any:
        """The larger of the two pieces of each unit."""
        half = seen.shape[1] // PIECES
        return np.maximum(seen[:, :half], seen[:, half:])


class Names:
    """A component that does what the parser and the entity recogniser do for names. Heads stay unset."""

    def __init__(self, parser: Any, ner: Any) -> None:
        self.parser, self.ner = parser, ner
        self.recogniser = read_recogniser(ner)

    def __call__(self, doc: Doc) -> Doc:
        self.set_names([doc])
        return doc

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        stream = iter(docs)
        while batch := list(islice(stream, batch_size)):
            self.set_names(batch)
            yield from batch

    def set_names(self, docs: Sequence[Doc]) -> None:
        """Set the entities of `docs`."""
        docs = [doc for doc in docs if len(doc)]
        if not docs:
            return
        rows = self.ner.model.layers[0].predict(docs)
        ends = np.cumsum([len(doc) for doc in docs])
        found = find_names(self.recogniser, rows, docs, np.zeros(len(rows), bool))
        long = [i for i, names in enumerate(found) if any(end > start + 1 for start, end, _ in names)]
        parse([docs[i] for i in long], self.parser)
        for i in long:
            starts = docs[i].to_array([SENT_START]) == 1
            if any(starts[start + 1 : end].any() for start, end, _ in found[i]):
                (found[i],) = find_names(self.recogniser, rows[ends[i] - len(docs[i]) : ends[i]], [docs[i]], starts)
        for doc, names in zip(docs, found, strict=True):
            doc.set_ents([Span(doc, start, end, label=label) for start, end, label in names], default="outside")


@Language.factory(COMPONENT)
def make_names(nlp: Language, name: str) -> Names:
    """The component for a pipeline that has a parser and an entity recogniser, in use or not."""
    return Names(nlp.get_pipe("parser"), nlp.get_pipe("ner"))


def add_names(nlp: Language) -> None:
    """Let `Names` do the work of the parser and the entity recogniser, where the pipeline has them built as usual."""
    if not _as_usual(nlp):
        return
    nlp.add_pipe(COMPONENT)
    for replaced in ("parser", "ner"):
        nlp.disable_pipe(replaced)


def _as_usual(nlp: Language) -> bool:
    pipes = dict(nlp.pipeline)
    if not {"parser", "ner"} <= pipes.keys():
        return False
    parser, ner = pipes["parser"], pipes["ner"]
    lower = ner.model.layers[1]  # type: ignore[attr-defined]
    models = [pipe.model for pipe in (parser, ner)]  # type: ignore[attr-defined]
    plain = all(model.attrs["has_upper"] and not model.attrs["unseen_classes"] for model in models)
    return (
        plain
        and all(pipe.cfg["beam_width"] == 1 for pipe in (parser, ner))  # type: ignore[attr-defined]
        and (lower.get_dim("nF"), lower.get_dim("nP")) == (FEATURES, PIECES)
    )


def read_recogniser(ner: Any) -> Recogniser:
    """The weights of spaCy's entity recogniser, arranged for all words at once."""
    lower, upper = ner.model.layers[1:]
    actions = [ner.moves.get_class_name(i) for i in range(ner.moves.n_moves)]
    labels = [action[2:] for action in actions if action.startswith("B-")]
    opening, inside, last = (np.array([actions.index(f"{kind}-{label}") for label in labels]) for kind in "BIL")
    looks = lower.get_param("W").transpose(0, 2, 1, 3)
    absent = lower.get_param("pad")[0].transpose(0, 2, 1)
    bias = lower.get_param("b").T.ravel()
    return Recogniser(
        looks=tuple(np.ascontiguousarray(look.reshape(-1, look.shape[-1]).T) for look in looks),
        absent=absent[1].ravel() + absent[2].ravel() + bias,
        bias=bias,
        scores=np.ascontiguousarray(upper.get_param("W").T),
        score_bias=upper.get_param("b"),
        outside=actions.index("O"),
        never_outside=np.array([i for i, action in enumerate(actions) if action[0] in "IL" or action == "U-"]),
        opening=opening,
        inside=inside,
        last=last,
        label_of=tuple(action[2:] for action in actions),
    )


def find_names(recogniser: Recogniser, rows: Any, docs: Sequence[Doc], starts: Any) -> list[list[Name]]:
    """The names of each document, as tokens from, to (excluded) and label.

    `rows` has one row a token of all documents, `starts` says which tokens begin a sentence.
    """
    ends = np.cumsum([len(doc) for doc in docs])
    closes = np.append(starts[1:], True)  # a name may not go on after such a token
    closes[ends - 1] = True
    near = rows @ recogniser.looks[0]
    action = _outside(recogniser, near, closes)
    begins = np.flatnonzero(np.isin(action, recogniser.opening))
    labels = np.argmax(recogniser.opening == action[begins][:, None], axis=1)
    reach = dict(zip(begins.tolist(), _reach(recogniser, rows, near, closes, begins, labels).tolist(), strict=True))
    names: list[list[Name]] = [[] for _ in docs]
    free = 0
    for at in np.flatnonzero(action != recogniser.outside).tolist():
        place = bisect_right(ends, at)
        first = at - int(ends[place]) + len(docs[place])
        if at >= free and not docs[place][first].is_space:
            free = reach.get(at, at + 1)
            names[place].append((first, first + free - at, recogniser.label_of[int(action[at])]))
    return names


def _outside(recogniser: Recogniser, near: Any, closes: Any) -> Any:
    """What the recogniser does at each token as long as no name is open."""
    hidden = recogniser.hidden(near + recogniser.absent)
    scores = hidden @ recogniser.scores + recogniser.score_bias
    scores[:, recogniser.never_outside] = -np.inf
    scores[np.ix_(closes, recogniser.opening)] = -np.inf
    return scores.argmax(axis=1)


def _reach(recogniser: Recogniser, rows: Any, near: Any, closes: Any, begins: Any, labels: Any) -> Any:
    """Where the names end (excluded) that begin at the tokens `begins` with those labels and have two words or more."""
    at = begins + 1
    first = rows[begins] @ recogniser.looks[1] + recogniser.bias
    inside, last = recogniser.inside[labels], recogniser.last[labels]
    open_ = np.arange(len(begins))
    while len(open_):
        here = at[open_]
        hidden = recogniser.hidden(near[here] + first[open_] + rows[here - 1] @ recogniser.looks[2])
        scores = hidden @ recogniser.scores + recogniser.score_bias
        of = np.arange(len(open_))
        goes_on = (scores[of, inside[open_]] >= scores[of, last[open_]]) & ~closes[here]
        open_ = open_[goes_on]
        at[open_] += 1
    return at + 1


def parse(docs: Sequence[Doc], parser: Any) -> None:
    """Heads, labels and beginnings of sentences, as the parser sets them."""
    if not docs:
        return
    states = waiting = parser.moves.init_batch(docs)
    model: Model[Any, Any] = parser.model.predict(docs)
    while waiting:
        waiting = parser.transition_states(waiting, model.predict(waiting))
    parser.set_annotations(docs, states)
