"""The server to send by; its password or token from a command or the environment, never from a file."""

from __future__ import annotations

import os

from builder.config.email import Settings
from builder.config.handbook import CONFIG_NAME
from builder.credentials import first_line
from builder.mail.addresses import Mailbox
from builder.mail.transport import Server
from builder.problems import BuildError, Place, Problem

VARIABLES = {"password": "HANDBOOK_SMTP_PASSWORD", "token": "HANDBOOK_SMTP_TOKEN"}


def check(settings: Settings) -> None:
    """BuildError with what is missing or not allowed in the settings; asks for no secret."""
    problems = []
    if not settings.sender:
        hint = "Set email.from to the address that the messages come from."
        problems.append(_problem("M26", "there is no sender to send as", hint))
    if not settings.host:
        hint = "Set email.host, or leave --send out and send the draft with your mail program."
        problems.append(_problem("M26", "there is no server to send by", hint))
    elif settings.login == "none" and settings.host not in settings.trusted_relays:
        hint = "Name it under email.trusted_relays if it is the firm's own relay; else set email.login."
        problems.append(_problem("M26", f"{settings.host} is no trusted relay, and email.login is none", hint))
    if problems:
        raise BuildError(problems)


def server(settings: Settings, sender: Mailbox, command: str) -> Server:
    """The server with its secret; `command` prints one, and without it the environment holds one."""
    check(settings)
    secret = "" if settings.login == "none" else _secret(settings.login, command)
    return Server(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        login=settings.login,
        user=settings.user or sender.address,
        timeout=settings.timeout_seconds,
        name=sender.domain,
        secret=secret,
    )


def _secret(login: str, command: str) -> str:
    variable = VARIABLES[login]
    secret = _printed(command) if command else os.environ.get(variable, "")
    if not secret:
        hint = f"Give --login-command COMMAND, which prints it, or set {variable} for this one command."
        raise BuildError([Problem(Place("--send"), "M27", f"there is no {login} to log in with", hint)])
    if not secret.isprintable():
        hint = "It has to be one line of visible signs."
        raise BuildError([Problem(Place("--send"), "M27", f"the {login} holds signs that can't be seen", hint)])
    return secret


def _printed(command: str) -> str:
    try:
        return first_line(command)
    except ValueError as error:
        hint = "Type the command by hand and see what it prints."
        message = f"the command for the login failed: {error}"
        raise BuildError([Problem(Place("--login-command"), "M27", message, hint)]) from None


def _problem(code: str, message: str, hint: str) -> Problem:
    return Problem(Place(CONFIG_NAME), code, message, hint)
