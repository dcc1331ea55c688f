"""What tests of mining share: a pipeline without a trained model, and the trained one, loaded once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.pipeline import Miner, load_miner
from nlp.settings import MiningSettings


@pytest.fixture(scope="session")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> MiningSettings:
    """Settings whose model is a blank French pipeline on disk: it loads in no time and proposes nothing."""
    import spacy

    path: Path = tmp_path_factory.mktemp("model") / "fr_blank"
    spacy.blank("fr").to_disk(path)
    return MiningSettings(model=str(path), processes=1)


@pytest.fixture(scope="session")
def miner() -> Miner:
    """The real thing: only for tests marked `model`."""
    return load_miner(MiningSettings())
