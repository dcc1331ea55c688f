"""Texts and pages of any size, each of the sort that some parser in the world took hours over."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Maker = Callable[[int], str]


def again(unit: str, *, before: str = "", after: str = "") -> Maker:
    """`unit` repeated up to so many characters."""
    return lambda size: before + unit * (size // len(unit)) + after


def nested(opening: str, closing: str) -> Maker:
    def make(size: int) -> str:
        count = size // len(opening + closing)
        return opening * count + "x" + closing * count

    return make


def different(unit: str, *, before: str = "", after: str = "") -> Maker:
    """`unit` with a number of its own each time."""
    return lambda size: before + "".join(unit.format(n) for n in range(size // len(unit))) + after


WORDS: Mapping[str, Maker] = {
    "one letter": again("a"),
    "capitals": again("A"),
    "spaces": again(" ", after="x"),
    "hard spaces": again("\u00a0", after="x"),
    "blank lines": again("\n", after="x"),
    "lines of spaces": again(" \n \t", after="x"),
    "digits": again("1"),
    "digits apart": again("1 "),
    "points in digits": again("1.000."),
    "amounts": again("12 M€ sur 3 ans, "),
    "amounts by line": again("- lits : 12 M€\n"),
    "shares": again("un tiers des 300 lits, soit 12 % "),
    "number words": again("deux mille vingt "),
    "dates that are none": again("31/02/2020 "),
    "points": again("."),
    "ellipses": again("…"),
    "hyphens": again("a-"),
    "bullets": again("- a\n"),
    "apostrophes": again("l'"),
    "inclusive points": again("é·e·s"),
    "at signs": again("@"),
    "mail": again("a@a."),
    "handles": again("@a "),
    "hashtags": again("#a"),
    "addresses": again("https://"),
    "hosts": again("a.fr/"),
    "bare hosts": again("a."),
    "open parentheses": again("("),
    "parenthesised mail": again("(a@"),
    "closing parentheses": again(")", before="https://a.fr/"),
    "open brackets": again("["),
    "brackets": again("[a]("),
    "images": again("![a]("),
    "stars": again("**a"),
    "open guillemets": again("« "),
    "quotation marks": again('"'),
    "curled quotation marks": again("“a"),
    "ampersands": again("&"),
    "backslashes": again("\\"),
    "joiners": again("\u200d"),
    "emoji": again("👩\u200d🏫"),
    "accents without a letter": again("\u0301"),
    "slashes": again("/"),
    "cards": again("Read 12 tweets\n", before="Keep Current with A\nMore from @a\n"),
    "ends of threads": again("Share this page!\n"),
    "numbered": again("1/ a\n"),
    "months": again("12 janvier "),
    "fields": again("a: b\n", before="---\n"),
    "lists in fields": again("  - a\n", before="---\na:\n"),
    "leaked tags": again('thread#showTweet" '),
    "counts": again("1 tweets "),
}
_SCRIPT = "<script type='application/ld+json'>"
MARKUP: Mapping[str, Maker] = {
    "comments": again("<!--a-->", after="<i"),
    "open comments": again("<!--"),
    "declarations": again("<!a>", after="x"),
    "xml declaration": again('encoding="a" ', before="<?xml "),
    "open angles": again("<"),
    "open tags": again("<a href="),
    "entities": again("&amp;"),
    "numeric entities": again("&#x41;"),
    "entities without an end": again("&a"),
    "open scripts": again("<script>"),
    "open drawings": again("<svg "),
    "CDATA": again("<![CDATA["),
    "tags never closed": again("<b>x"),
    "nested boxes": nested("<div>", "</div>"),
    "nested quotes": nested("<blockquote><p>", "</blockquote>"),
    "nested tables": nested("<table><tr><td>", "</table>"),
    "nested lists": nested("<ul><li>", "</ul>"),
    "nested links": nested("<a href='/a'><span>", "</span></a>"),
    "closed before opened": again("</p></div></a>"),
    "misnested": again("<p><b><i></p>x"),
    "attributes": different("a{0}=1 ", before="<p ", after=">x</p>"),
    "one long attribute": again("a ", before="<p class='", after="'>x</p>"),
    "links": different("<a href='/2021/05/{0}'>x</a> "),
    "pictures": different("<img src='https://pbs.twimg.com/media/{0}.jpg'>"),
    "frames": different("<iframe src='https://youtu.be/aaaaaa{0}'></iframe>"),
    "headings": different("<h1>a {0}</h1>"),
    "paragraphs": again("<p>Un mot.</p>"),
    "articles": different("<article><h2>a {0}</h2><p>Un mot.</p></article>"),
    "cells": again("<td>x", before="<table><tr>", after="</table>"),
    "bodies": again("<div class='entry-content post-body content-article'><p>Un mot.</p></div>"),
    "authors": again("<span class='author'>a</span>"),
    "nested authors": nested("<div class='author byline' itemprop=author>", "</div>"),
    "times": again("<time datetime='x' pubdate class=published>31/02/2020</time>"),
    "metas": different("<meta property='og:title' content='{0}'>"),
    "a long title": again("a | ", before="<meta property='og:title' content='", after="'><h1>b</h1>"),
    "a title of spaces": again(" ", before="<meta property='og:title' content='a", after="b'><h1>b</h1>"),
    "a long date": again("31/02/2020 ", before="<meta name=date content='", after="'>"),
    "a long name": again("a", before="<meta name=author content='", after="'>"),
    "JSON-LD": again(
        '{"@type":"Article","headline":"a"},', before=f"{_SCRIPT}[", after="{}]</script><h1>b</h1>"
    ),
    "nested JSON-LD": nested('{"@graph":[', "]}"),
    "scripts of JSON-LD": again("<script type='application/ld+json'>{\"@type\":\"Article\"}</script>"),
    "feeds announced": different("<link rel=alternate type='application/rss+xml' href='/feed/{0}'>"),
    "notes": again("<sup><a href='#a'>1</a></sup>"),
    "tweets": different("<div class=content-tweet data-tweet='{0}'>Un @mot #dit</div>"),
    "a tweet of links": different(
        "<a href='https://a.fr/{0}'>a{0}</a> @b{0} ", before="<div class=content-tweet data-tweet='1'>"
    ),
    "a tweet of quotes": different(
        "<a href='https://x.com/a/status/{0}'>a</a>", before="<div class=content-tweet data-tweet='1'>"
    ),
    "nested tweets": different("<div class=content-tweet data-tweet='{0}'>x"),
    "cards of threads": different("<div class=thread-card><a href='/thread/{0}'>x</a><b class=time>y</b></div>"),
    "names": again("<a class=screenName href='/a'>@a</a>"),
    "a long name of a card": again("1 tweets ", before="<div class=thread-card><a class=time>", after="</a></div>"),
}  # fmt: skip
_RSS = "<rss version='2.0'><channel><item><link>/a</link>"
_POSTS = '{"version":"https://jsonfeed.org/version/1","items":['
_TWEET = '{{"tweet":{{"id_str":"1{0}","id":"1{0}","full_text":"a","in_reply_to_status_id_str":"1"}}}},'
_ITEM = "<item><link>https://blog.example/{0}</link><title>a</title><description>b</description></item>"
FEEDS: Mapping[str, Maker] = {
    "items": different(_ITEM, before="<rss version='2.0'><channel>", after="</channel></rss>"),
    "items never closed": again("<item><link>/a", before="<rss version='2.0'><channel>"),
    "entries": different(
        "<entry><link href='/{0}'/><content type='html'>b</content></entry>",
        before="<feed xmlns='http://www.w3.org/2005/Atom'>", after="</feed>",
    ),
    "a long author": again(
        "a", before=f"{_RSS}<author>", after="</author></item></channel></rss>"
    ),
    "a long author of parentheses": again(
        "(@", before=f"{_RSS}<author>", after="</author></item></channel></rss>"
    ),
    "a long date": again(
        "1 ", before=f"{_RSS}<pubDate>", after="</pubDate></item></channel></rss>"
    ),
    "nested elements": nested("<a>", "</a>"),
    "names of elements": different("<a{0}/>", before="<rss version='2.0'><channel>"),
    "name spaces": different("<a xmlns:a{0}='b'/>", before="<rss version='2.0'><channel>"),
    "a long post": again(
        "&lt;p>a&lt;/p>",
        before=f"{_RSS}<description>", after="</description></item></channel></rss>",
    ),
    "posts of JSON": again('{"url":"/a","content_text":"b"},', before=_POSTS, after="{}]}"),
    "places": different("<url><loc>https://blog.example/{0}</loc></url>", before="<urlset>", after="</urlset>"),
    "maps": different("<sitemap><loc>https://blog.example/{0}.xml</loc></sitemap>", before="<sitemapindex>"),
    "a long place": again("<b/>a", before="<urlset><url><loc>https://blog.example/", after="</loc></url></urlset>"),
    "nested JSON": nested("[", "]"),
    "numbers of JSON": again("1,", before="[", after="1]"),
    "a long number": again("1", before='[{"content":{"rendered":"a"},"id":', after="}]"),
    "posts": again('{"link":"https://a.fr/b","content":{"rendered":"<p>a"}},', before="[", after="{}]"),
}  # fmt: skip
LINES: Mapping[str, Maker] = {
    "rules of robots": different("Disallow: /*a*b{0}$\n", before="User-agent: *\n"),
    "agents": different("User-agent: a{0}\n"),
    "stars of robots": again("*a", before="User-agent: *\nDisallow: /"),
    "tables": different("[a{0}]\n"),
    "nested tables": again("[a", after="]"),
    "dotted keys": again("a.", after="a=1"),
    "keys": different("a{0} = 1\n"),
    "nested arrays": nested("[", "]"),
    "sources": different("[[sources]]\nurl = 'https://a.fr/{0}'\n"),
    "topics": different("[[topics]]\nname='a{0}'\nlabel='a'\nterms=['a*']\n"),
    "tweets of JSON": different(
        _TWEET, before="[", after="{}]"
    ),
    "captures of CDX": again("a 20210504071231 https://a.fr/ text/html 200 A 1\n"),
    "headers of WARC": different("A{0}: b\r\n", before="WARC/1.1\r\n"),
    "records of WARC": again("WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n"),
    "starts of WARC": again("WARC/1.1\r\n"),
    "empty lines": again("\r\n"),
}  # fmt: skip
