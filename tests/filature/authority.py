"""A timestamp authority on this machine (RFC 3161), made with the openssl command."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

_CONFIG = """
[ tsa ]
default_tsa = here
[ here ]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
[ ca ]
basicConstraints = critical, CA:true
[ stamps ]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
[ req ]
distinguished_name = name
[ name ]
"""


@dataclass
class Authority:
    """Its folder, the address where it answers, and what it answers instead, if anything.

    `chained`: with its own certificate it sends that of its root, in an order that DER does not know.
    """

    folder: Path
    url: str = ""
    instead: list[tuple[int, bytes]] = field(default_factory=list)
    chained: bool = False

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.pem"

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        files = ["-queryfile", self.folder / "query.tsq", "-out", self.folder / "reply.tsr"]
        if self.chained:
            files += ["-chain", self.certificate]
        openssl("ts", "-reply", "-config", self.folder / "tsa.cnf", *files)
        return (self.folder / "reply.tsr").read_bytes()


def openssl(*words: object) -> str:
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_authority(folder: Path) -> Authority:
    """Keys and certificates of an authority, and of the one that vouches for it."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "tsa.cnf"
    config.write_text(_CONFIG.format(folder=folder), encoding="ascii")
    (folder / "serial").write_text("01\n", encoding="ascii")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 30, "-subj",
            "/CN=Invented root", "-config", config, "-extensions", "ca", "-keyout", folder / "ca.key",
            "-out", folder / "ca.pem")  # fmt: skip
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Invented clock",
            "-config", config, "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr")  # fmt: skip
    openssl("x509", "-req", "-in", folder / "tsa.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
            "-set_serial", 7, "-days", 30, "-extfile", config, "-extensions", "stamps",
            "-out", folder / "tsa.pem")  # fmt: skip
    return Authority(folder)


@contextmanager
def answering(authority: Authority) -> Iterator[Authority]:
    """The authority, at an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            assert self.headers["content-type"] == "application/timestamp-query"
            status, body = authority.instead.pop(0) if authority.instead else (200, authority.reply(query))
            self.send_response(status)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Tests say what they have to say themselves."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        authority.url = f"http://127.0.0.1:{server.server_port}/tsr"
        try:
            yield authority
        finally:
            server.shutdown()
