"""The Wayback Machine: which captures it has of an address, and the pages they hold."""
