"""A real SMTP server on loopback, with certificates good and bad; it keeps what arrives and does as it is told."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime
import ssl
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PASSWORD, TOKEN, USER = "correct horse", "ya29.token", "desk@firm.example"


@dataclass
class Arrived:
    """A message as the server took it."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        read = message_from_bytes(self.data, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read


@dataclass
class Post:
    """The server's mind: answers by local part of the recipient, and everything that it saw.

    `later@` is put off twice, `never@` refused, `full@` refused after DATA, `gone@` gets no answer after DATA,
    `slow@` is always put off, `old@` is told that passwords are no more.
    """

    port: int = 0
    arrived: list[Arrived] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)  # recipients that were named
    logins: list[tuple[str, str]] = field(default_factory=list)  # mechanism and what came with it
    login_answer: str = ""  # instead of looking at the login

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self.seen[address] += 1
        local = address.partition("@")[0]
        if local == "slow" or (local == "later" and self.seen[address] < 3):
            return "451 4.7.1 greylisted, come back later"
        if local == "never":
            return "550 5.1.1 no such user here"
        if local == "old":
            return "550 5.7.30 Basic authentication is not supported for Client Submission."
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        locals_ = {address.partition("@")[0] for address in envelope.rcpt_tos}
        if "full" in locals_:
            return "552 5.2.2 mailbox full\x1b[31m"
        assert isinstance(envelope.content, bytes)
        arrived = Arrived(str(envelope.mail_from), tuple(envelope.rcpt_tos), envelope.content, _is_encrypted(server))
        self.arrived.append(arrived)
        if "gone" in locals_:
            server.transport.abort()
            await asyncio.sleep(0.2)
        return "250 2.0.0 queued as 7"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((mechanism, data.password.decode()))
        if self.login_answer:
            return AuthResult(success=False, handled=False, message=self.login_answer)
        return AuthResult(success=(data.login.decode(), data.password.decode()) == (USER, PASSWORD), handled=False)


def _is_encrypted(server: SMTP) -> bool:
    return server.transport.get_extra_info("ssl_object") is not None


class _Server(SMTP):
    """aiosmtpd's server, and XOAUTH2 as the large providers do it."""

    async def auth_XOAUTH2(self, _: SMTP, args: list[str]) -> AuthResult:
        words = base64.b64decode(args[1]).decode()
        self.event_handler.logins.append(("XOAUTH2", words))
        if words == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01":
            return AuthResult(success=True)
        await self.push("334 " + base64.b64encode(b'{"status":"400"}').decode())
        assert (await self._reader.readline()).strip() == b""
        return AuthResult(success=False, handled=False, message="535 5.7.3 Authentication unsuccessful")


class _Control(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        assert self.server
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@dataclass(frozen=True)
class Papers:
    """An authority that the tests trust, and server certificates by what is right or wrong with them."""

    authority: Path
    servers: dict[str, ssl.SSLContext]


def issue(folder: Path) -> Papers:
    """Makes all certificates; takes about a tenth of a second."""
    authority, stranger = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    issued = {
        "good": authority.issue_cert("localhost"),
        "wrong host": authority.issue_cert("mail.elsewhere.example"),
        "expired": authority.issue_cert("localhost", not_before=past, not_after=past + datetime.timedelta(days=90)),
        "self-signed": stranger.issue_cert("localhost"),
    }
    contexts = {}
    for name, certificate in issued.items():
        contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(contexts[name])
    return Papers(folder / "authority.pem", contexts)


@contextlib.contextmanager
def serving(
    post: Post, context: ssl.SSLContext | None, *, security: str = "starttls", login: bool = True
) -> Iterator[Post]:
    """Runs a server; without a context it hides STARTTLS."""
    more: dict[str, Any] = {"authenticator": post.authenticate, "auth_required": True} if login else {}
    if security == "tls":
        more["ssl_context"] = context
    elif context is not None:
        more |= {"tls_context": context, "require_starttls": True}
    control = _Control(
        post,
        hostname="127.0.0.1",
        port=0,
        ready_timeout=30,
        auth_require_tls=context is not None and "tls_context" in more,
        **more,
    )
    control.start()
    post.port = control.port
    try:
        yield post
    finally:
        control.stop()
