"""How Datasette shows an archive: its templates beside this file, pages of our own to read documents on, and plugins.

`cells.py` makes cells short and leads from rows to reading pages; `plugin.py` serves those and gives every answer a
content policy; `html.py` composes them from `pages/`.
"""
