"""How Datasette shows an archive: templates beside this file, and a plugin that makes cells short and links sources."""
