"""The sites that are read: an explicit list, first match wins."""

from harvester.model import Reader
from harvester.sites import (
    article,
    discovery,
    feeds,
    mediapart,
    sitemap,
    threadreader,
    threadreader_listing,
    wordpress,
)

READERS: tuple[Reader, ...] = (
    threadreader.READER,
    threadreader_listing.AUTHOR,
    threadreader_listing.PING,
    mediapart.POST,
    mediapart.LIST,
    wordpress.READER,
    sitemap.READER,
    feeds.READER,
    article.READER,
    discovery.READER,  # any address: last
)
