"""Sums and claims open their page at the right place."""

from __future__ import annotations

from pathlib import Path

from db.archive import Archive
from db.records import Check, Claim, Document, Findings, Operand, Quantity
from report.cited import cite, sums
from report.words import Words
from tests.report.history import visit

DAY = "2021-05-04T08:00:00.000Z"
SENTENCE = "Cela fait 30 % de 200 lits, soit 90 lits fermés pour tout le département."
TEXT = f"Résumé :\n{SENTENCE}\nPuis le maire a dit ceci : {SENTENCE} Fin."


def findings() -> Findings:
    """What is found in the second of two equal sentences."""
    at = TEXT.rindex(SENTENCE)

    def amount(words: str, value: float, unit: str) -> Quantity:
        start = TEXT.index(words, at)
        return Quantity(surface=words, value=value, unit=unit, start=start, end=start + len(words), rule="number")

    used = (("share", "30 %", 30, "%"), ("whole", "200 lits", 200, "lit"), ("stated", "90 lits", 90, "lit"))
    amounts = [(role, amount(words, value, unit)) for role, words, value, unit in used]
    claim = Claim(
        text=SENTENCE, kind="quantity", check_worthy=True, score=0.9, start=at, end=at + len(SENTENCE), rule="amount"
    )
    wrong = Check(
        relation="share", stated=90, computed=60, unit="lit", verdict="inconsistent", explanation="30 % of 200 is 60",
        operands=tuple(Operand(role=role, quantity=quantity) for role, quantity in amounts), rule="share",
    )  # fmt: skip
    return Findings(quantities=tuple(quantity for _, quantity in amounts), claims=(claim,), checks=(wrong,))


def test_a_sum_opens_at_its_own_words_where_the_page_says_them_twice(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db") as archive:
        run = archive.start_run("test", "1")
        archive.save_visit(run, visit(Document(kind="post", url="https://a.example/p", text=TEXT), DAY))
        for task in archive.documents_to_mine("p1"):
            archive.save_findings(task, "p1", findings(), DAY)
        words = Words("en")
        (total,) = sums(archive, [1], words)
        (claim,) = cite(archive, [1], words)
    assert total.source == claim.source == claim.sums[0].source
    assert "-,Cela" in str(total.source), "the words in front are told"
