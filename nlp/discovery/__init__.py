"""Topics that nobody named: found in the texts, labelled with their own words, the same from run to run."""

from __future__ import annotations

from nlp.discovery.find import Discovery, discover
from nlp.discovery.labels import Topic

__all__ = ["Discovery", "Topic", "discover"]
