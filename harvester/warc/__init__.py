"""Web archives (WARC, ISO 28500; WACZ): written for other programs, read from any crawler. Pure but for the files."""
