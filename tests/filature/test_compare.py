"""What changed between two texts, line by line and word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filature.compare import MANY_WORDS, Words, compare, fold, words_of


def shown(words: tuple[Words, ...]) -> str:
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(signs[run.op].format(run.text) for run in words)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("Ils sont 60 dans la salle.", "Ils sont 70 dans la salle.", "Ils sont [-60-]{+70+} dans la salle."),
        ("Le coût est connu.", "Le coût réel est connu.", "Le coût{+ réel+} est connu."),
        ("Rien à voir.", "Rien à voir, vraiment.", "Rien à voir{+, vraiment+}."),
        ("un deux trois", "quatre cinq trois", "[-un deux-]{+quatre cinq+} trois"),  # one change, not two
        ("l'hôpital", "l’hôpital", "l[-'-]{+’+}hôpital"),
        ("", "Tout est neuf.", "{+Tout est neuf.+}"),
        ("Même.", "Même.", "Même."),
    ],
)
def test_words_that_went_and_came(before: str, after: str, said: str) -> None:
    assert shown(words_of(before, after)) == said


@pytest.mark.parametrize(
    ("before", "after", "signs"),
    [
        ("a\nb\nc", "a\nb\nc", "==="),
        ("a\nb\nc", "a\nc", "=-="),
        ("a\nc", "a\nb\nc", "=+="),
        ("Il y a 60 agents ici.\nFin", "Il y a 70 agents ici.\nFin", "~="),
        ("Il y a 60 agents ici.", "Rien de tout cela.", "-+"),
        ("un\nIl y a 60 agents ici.", "Il y a 70 agents ici.\ndeux", "-~+"),
    ],
)
def test_lines_that_went_came_and_changed(before: str, after: str, signs: str) -> None:
    names = {"same": "=", "removed": "-", "added": "+", "changed": "~"}
    assert "".join(names[line.op] for line in compare(before, after)) == signs


texts = st.lists(st.sampled_from(["", "Il y a 60 agents.", "Il y a 70 agents.", "un mot", "autre", "é\u202e"])).map(
    "\n".join
)


@given(texts, texts)
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    lines = compare(before, after)
    assert "\n".join(line.before for line in lines if line.before is not None) == before
    assert "\n".join(line.after for line in lines if line.after is not None) == after
    for line in lines:
        assert "".join(run.text for run in line.words if run.op != "added") == (line.before or "")
        assert "".join(run.text for run in line.words if run.op != "removed") == (line.after or "")


def test_what_is_far_from_a_change_is_folded() -> None:
    before = "\n".join(f"ligne {number}" for number in range(20))
    groups = fold(compare(before, before.replace("ligne 10", "rang 10")), context=2)
    assert [(group.hidden, len(group.lines)) for group in groups] == [(True, 8), (False, 5), (True, 7)]


def test_a_line_of_any_length_is_compared_at_once() -> None:
    long = "mot " * (MANY_WORDS + 1) * 100
    lines = compare(f"début\n{long}", f"début\n{long}fin")
    assert [line.op for line in lines] == ["same", "removed", "added"]
