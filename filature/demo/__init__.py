"""A small web of invented threads and blogs on this machine, for `filature demo` and the tests."""

from filature.demo.server import Request
from filature.demo.site import DemoSite
from filature.demo.texts import DemoArticle, DemoAuthor, DemoPost, DemoThread

__all__ = ["DemoArticle", "DemoAuthor", "DemoPost", "DemoSite", "DemoThread", "Request"]
