"""Handing messages to a server by SMTP (RFC 5321), over TLS whose certificate is verified, and over nothing else.

A relay inside the firm, even on this machine, has to prove itself as well: a plain connection would be the one way to
lead a client's packet astray that nobody would notice. A certificate of the firm's own authority is trusted by naming
its file in SSL_CERT_FILE, as for every program that uses OpenSSL.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

_SAID_LETTERS = 200
_PATIENCE = 10  # times the usual timeout: a server may look into a message before it takes it
_NO_PASSWORDS = "5.7.30"


class Verdict(StrEnum):
    """What became of a message. Unknown: it was handed over whole, and no answer came."""

    ACCEPTED = "accepted"
    LATER = "later"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reply:
    """A verdict and the server's words; `about` is the one recipient that it refuses, if it is for that."""

    verdict: Verdict
    said: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to log in; `secret` is a password or a token, by `login`. `name` is what this side calls itself."""

    host: str
    port: int
    security: str
    login: str
    user: str
    timeout: float
    name: str
    secret: str = field(default="", repr=False)


class Unfit(Exception):
    """No message can be sent by this server: carries a problem's code, message and hint."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


class Busy(Exception):
    """The server can't be used now, and may be later; the message is what it said."""


@contextlib.contextmanager
def session(server: Server) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted, verified and logged in. Raises Unfit or Busy."""
    with contextlib.ExitStack() as stack:
        with _told(server):
            smtp = stack.enter_context(_connected(server))
            _log_in(smtp, server)
        yield smtp


def deliver(smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], data: bytes) -> Reply:
    """Offers a message to all recipients or to none: where one is refused, it is handed over for nobody."""
    try:
        for command, wanted, about in _envelope(smtp, sender, recipients, len(data)):
            code, words = smtp.docmd(command)
            if code not in wanted:
                return _refused(smtp, code, words, about)
        smtp.send(_stuffed(data))
    except (OSError, smtplib.SMTPException) as error:  # without its last line the server has no message
        return Reply(Verdict.LATER, f"the connection broke ({type(error).__name__})")
    try:
        if smtp.sock:
            smtp.sock.settimeout((smtp.timeout or 1) * _PATIENCE)
        smtp.send(b".\r\n")
        code, words = smtp.getreply()
        if smtp.sock:
            smtp.sock.settimeout(smtp.timeout)
    except (OSError, smtplib.SMTPException) as error:
        return Reply(Verdict.UNKNOWN, f"no answer came to the whole message ({type(error).__name__})")
    if 200 <= code < 300:
        return Reply(Verdict.ACCEPTED, _words(code, words))
    return _refused(smtp, code, words)


def unfit(reply: Reply) -> Unfit | None:
    """What is wrong with the login itself, where a message is refused for that and every other one would be."""
    if _NO_PASSWORDS in reply.said:
        return _tokens_wanted(reply.said)
    if reply.said.startswith("530"):
        return Unfit("M24", f"the server wants another login: {reply.said}", "Set email.login, or email.user.")
    return None


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, server.name, timeout=server.timeout, context=context)
    smtp = smtplib.SMTP(server.host, server.port, server.name, timeout=server.timeout)
    try:
        smtp.ehlo_or_helo_if_needed()
        if not smtp.has_extn("starttls"):
            raise _hidden()
        smtp.starttls(context=context)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    smtp.ehlo_or_helo_if_needed()
    if server.login == "token":
        smtp.auth("XOAUTH2", _bearer(server))
    elif server.login == "password":
        smtp.login(server.user, server.secret)


def _bearer(server: Server) -> smtplib._AuthObject:
    """The answer to XOAUTH2; a challenge after it holds the fault, and an empty line asks for the refusal itself."""

    def answer(challenge: bytes | None = None) -> str:
        return f"user={server.user}\x01auth=Bearer {server.secret}\x01\x01" if challenge is None else ""

    return answer


@contextlib.contextmanager
def _told(server: Server) -> Iterator[None]:
    """Whatever goes wrong up to the login, as Unfit or Busy."""
    where = f"{server.host}:{server.port}"
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        hint = "Name the host that the certificate is for, or have the server mended. Nothing is sent past this check."
        raise Unfit("M21", f"the certificate of {where} is not good: {error.verify_message}", hint) from error
    except ssl.SSLError as error:
        hint = "Try the other of starttls (port 587) and tls (port 465) under email.security."
        raise Unfit("M21", f"no encrypted connection to {where}: {error.reason or 'TLS failed'}", hint) from error
    except smtplib.SMTPAuthenticationError as error:
        raise _login_refused(server, error) from error
    except smtplib.SMTPNotSupportedError as error:
        if "starttls" in str(error).casefold():
            raise _hidden() from error
        hint = "See which ways the server's documents name, and set email.login."
        raise Unfit("M24", f"{where} takes no login of this kind ({server.login})", hint) from error
    except smtplib.SMTPResponseException as error:
        said = _words(error.smtp_code, error.smtp_error, server.secret)
        if 400 <= error.smtp_code < 500:
            raise Busy(said) from error
        raise Unfit("M20", f"{where} takes no messages: {said}", "Ask who runs the server.") from error
    except smtplib.SMTPServerDisconnected as error:
        raise Busy("it hung up") from error
    except smtplib.SMTPException as error:
        raise Unfit("M24", f"{where} can't be logged in to: {type(error).__name__}", "See email.login.") from error
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise Unfit("M20", f"{where} can't be reached: {why}", "Check email.host and email.port.") from error


def _hidden() -> Unfit:
    hint = "Somebody on the way may have taken the offer out. Use another network, or email.security: tls on port 465."
    return Unfit("M22", "the server offers no encryption (STARTTLS)", hint)


def _login_refused(server: Server, error: smtplib.SMTPAuthenticationError) -> Exception:
    said = _words(error.smtp_code, error.smtp_error, server.secret)
    if _NO_PASSWORDS in said:
        return _tokens_wanted(said)
    if 400 <= error.smtp_code < 500:
        return Busy(said)
    what = "token" if server.login == "token" else "password"
    hint = f"Check email.user and the {what}; a token lasts an hour or so." if what == "token" else "Check both."
    return Unfit("M23", f"the server refuses the login of {server.user}: {said}", hint)


def _tokens_wanted(said: str) -> Unfit:
    hint = (
        "Microsoft 365 has switched off passwords for sending: set email.login to token and give a token by"
        " --login-command or in HANDBOOK_SMTP_TOKEN; docs/email.md says how."
    )
    return Unfit("M25", f"the server takes no passwords for sending: {said}", hint)


def _envelope(
    smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], size: int
) -> Iterator[tuple[str, tuple[int, ...], str]]:
    """What is said before a message: commands, the answers that are wanted, and which recipient each is about."""
    told = f" SIZE={size}" if smtp.has_extn("size") else ""
    yield f"MAIL FROM:<{sender}>{told}", (250,), ""
    for address in recipients:
        yield f"RCPT TO:<{address}>", (250, 251), address
    yield "DATA", (354,), ""


def _refused(smtp: smtplib.SMTP, code: int, words: bytes, about: str = "") -> Reply:
    said = _words(code, words)
    if code == 421 or code < 0:
        smtp.close()
        return Reply(Verdict.LATER, said)
    with contextlib.suppress(OSError, smtplib.SMTPException):
        smtp.rset()
    return Reply(Verdict.LATER if 400 <= code < 500 else Verdict.NEVER, said, about)


def _stuffed(data: bytes) -> bytes:
    """A message as DATA takes it: every line ends in CRLF, and one that begins with a dot has a second one."""
    lines = re.sub(rb"\r?\n", b"\r\n", data)
    return re.sub(rb"(?m)^\.", b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")


def _words(code: int, words: bytes | str, secret: str = "") -> str:
    """A server's answer in one line, without what would steer a terminal, and without the secret."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    if secret:
        text = text.replace(secret, "…")
    line = " ".join(text.split())
    line = "".join(letter if letter.isprintable() else "�" for letter in line)
    return f"{code} {line[:_SAID_LETTERS]}".strip()
