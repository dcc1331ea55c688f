"""filature: archive public threads and policy blogs, mine what they claim, show the evidence."""

from importlib.metadata import version

__version__ = version("filature")
