"""Certificates: a server that cannot be trusted gets no token.

F23 of the faults. Certificates are made anew with openssl.
"""

import os
import pathlib
import ssl
import subprocess
import sys
import tempfile

from support import checks, relay
from support.checks import expect, same
from support.errors import judge
from support.sqlite import Database
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
SERVER = harness.Server("--synthetic", "runs=5,configs=2,series=1,points=3")
FOLDER = tempfile.TemporaryDirectory()
CA = "ca"
NAMES = {"right": "IP:127.0.0.1", "expired": "IP:127.0.0.1",
         "of another host": "IP:127.0.0.2,DNS:neptune.test"}


def file_of(name):
    return str(pathlib.Path(FOLDER.name, name))


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, cwd=FOLDER.name,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def new_key(name):
    return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", f"{name}.key", "-subj", f"/CN={name}")


def make_certificates():
    """A private CA, certificates of it, and one that signs itself."""
    openssl("req", "-x509", *new_key(CA), "-days", "2", "-out", f"{CA}.pem")
    openssl("req", "-x509", *new_key("self-signed"), "-days", "2", "-addext",
            f"subjectAltName={NAMES['right']}", "-out", "self-signed.pem")
    for name, hosts in NAMES.items():
        openssl("req", *new_key(name), "-addext", f"subjectAltName={hosts}",
                "-out", f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{CA}.pem",
                "-CAkey", f"{CA}.key", "-copy_extensions", "copy", "-days",
                "-1" if name == "expired" else "2", "-out", f"{name}.pem")
    pathlib.Path(file_of("junk.pem")).write_text("no certificate\n")


def secure(name):
    """A relay to the server over TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file_of(f"{name}.pem"), file_of(f"{name}.key"))
    return relay.Relay(server=SERVER, tls=context)


WHAT_TO_DO = ("could not verify the certificate", "SSL_CERT_FILE",
              "neptune_config('ca_bundle', '/path/ca.pem')")


@check.each(
    ("signed by itself", "self-signed", None, "self-signed"),
    ("of an unknown CA", "right", None, "unable to get local issuer"),
    ("of another host", "of another host", CA, "127.0.0.1"),
    ("expired", "expired", CA, "expired"),
    ("of another CA than the trusted one", "self-signed", CA, "self-signed"))
def refused(name, trusted, word):
    """a certificate that is not right is refused at once, without a token"""
    settings = {"ca_bundle": file_of(f"{trusted}.pem")} if trusted else {}
    with secure(name) as server, Database(server, **settings) as db:
        judge(db.error("SELECT * FROM runs"), server, *WHAT_TO_DO, word)
        same(db.requests("status, attempts"), [(None, 1)])
        same(server.requests, [])


@check
def trusted_by_setting():
    """a private CA is trusted by ca_bundle"""
    with secure("right") as server, \
            Database(server, ca_bundle=file_of("ca.pem")) as db:
        same(db.value("SELECT count(*) FROM runs"), 5)


@check
def trusted_by_environment():
    """a private CA is trusted by SSL_CERT_FILE"""
    os.environ["SSL_CERT_FILE"] = file_of("ca.pem")
    try:
        with secure("right") as server, Database(server) as db:
            same(db.value("SELECT count(*) FROM runs"), 5)
    finally:
        del os.environ["SSL_CERT_FILE"]


@check
def not_verified():
    """verify_ssl off takes any certificate, and on again none"""
    with secure("expired") as server, \
            Database(server, verify_ssl="off") as db:
        same(db.value("SELECT count(*) FROM runs"), 5)
    with secure("expired") as server, \
            Database(server, verify_ssl="on") as db:
        judge(db.error("SELECT * FROM runs"), server, *WHAT_TO_DO)


@check
def setting_changed():
    """verify_ssl on applies to a server that was reached without"""
    with secure("self-signed") as server, \
            Database(server, verify_ssl="off") as db:
        same(db.value("SELECT count(*) FROM runs"), 5)
        n = len(server.requests)
        db.query("SELECT neptune_config('verify_ssl', 'on')")
        judge(db.error("SELECT * FROM runs"), server, *WHAT_TO_DO)
        same(len(server.requests), n)


@check.each(("that is missing", "none.pem"), ("of junk", "junk.pem"),
            ("that is a folder", "."))
def bad_bundle(name):
    """a ca_bundle that cannot be used is an error, not the system's"""
    with secure("right") as server, \
            Database(server, ca_bundle=file_of(name)) as db:
        judge(db.error("SELECT * FROM runs"), server, "certificate",
              "ca_bundle")
        same(server.requests, [])


@check
def no_tls():
    """https to a server that speaks http"""
    with relay.Relay(server=SERVER) as server:
        server.address = server.address.replace("http:", "https:")
        with Database(server, retry_soft_timeout=0) as db:
            judge(db.error("SELECT * FROM runs"), server, "could not reach",
                  "NEPTUNE_API_TOKEN")
        same(server.requests, [])


@check
def no_plain_http():
    """http to a server that speaks https"""
    with secure("right") as server:
        server.address = server.address.replace("https:", "http:")
        with Database(server, retry_soft_timeout=0) as db:
            judge(db.error("SELECT * FROM runs"), server)
        same(server.requests, [])


@check
def netrc():
    """names and passwords of ~/.netrc are not sent"""
    pathlib.Path(file_of(".netrc")).write_text(
        "machine 127.0.0.1 login me password netrc-secret\n")
    os.environ["HOME"] = FOLDER.name
    with relay.Relay(server=SERVER) as server, Database(server) as db:
        same(db.value("SELECT count(*) FROM runs"), 5)
        heads = [request.headers for request in server.requests]
        same(heads[0].get("authorization"), None)
        expect(heads[1]["authorization"].startswith("Bearer "), heads[1])


if __name__ == "__main__":
    with FOLDER, SERVER:
        make_certificates()
        sys.exit(check.run())
