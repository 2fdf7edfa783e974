"""The second half of `check`: whether the servers let us in, and which side does not; nothing is sent."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from relancier import wiring
from relancier.adapters.imap import ImapMailbox
from relancier.adapters.oauth2 import Tokens
from relancier.cli.showing import say, table
from relancier.config import Config, Login, SecretRefused
from relancier.core.problem import Problem
from relancier.ports import Channel, Folder, FolderRole, LoginRefused, Lost, Rejected, Unavailable

Add = Callable[[Iterable[Problem]], None]

NEEDED_ROLES = {
    FolderRole.SENT: "no copy is filed and no colleague's answer is seen without it",
    FolderRole.DRAFTS: "it cannot be left out of what is read",
}
MICROSOFT = (".office365.com", ".outlook.com")
DELEGATES = (
    "Microsoft 365 may file what a delegate sends in the delegate's own Sent, where Relancier does not see it: "
    "let an administrator run Set-Mailbox {mailbox} -MessageCopyForSentAsEnabled $true "
    "-MessageCopyForSendOnBehalfEnabled $true."
)
OTHER_USER = "{user} is not {mailbox}: the login must open that mailbox and may send as it, and file its copies there."


async def try_servers(config: Config, add: Add) -> None:
    """Logs in to IMAP and SMTP, tells what they offer, and adds what is wrong."""
    mailbox = config.mailbox
    tokens = _tokens(config)
    try:
        await _try_mailbox(wiring.mailbox(config, os.environ, tokens), config, add)
    except SecretRefused:
        say(f"IMAP: not tried, its {_lent(mailbox.imap)} cannot be read.")
    try:
        await _try_channel(wiring.channel(config, os.environ, tokens), config, add)
    except SecretRefused:
        say(f"SMTP: not tried, its {_lent(mailbox.smtp)} cannot be read.")
    await _try_gateway(config, add)
    for advice in _advice(config):
        say(advice)


def _tokens(config: Config) -> Tokens | None:
    try:
        return wiring.tokens(config, os.environ)
    except SecretRefused:
        return None  # whoever wants one is told


async def _try_mailbox(mailbox: ImapMailbox, config: Config, add: Add) -> None:
    imap = config.mailbox.imap
    try:
        capabilities = await mailbox.capabilities()
        folders = await mailbox.folders()
        keywords = await mailbox.keywords("INBOX")
    except Unavailable as error:
        later = "" if isinstance(error, LoginRefused) else ", or try again later"
        text = f"{str(error).rstrip('.').removeprefix('IMAP has ')}. Mend {_tables(imap, 'imap')}{later}."
        add([Problem(f"IMAP {imap.host}:{imap.port}", text)])
        return
    finally:
        await mailbox.close()
    say(f"IMAP {imap.host}:{imap.port}: logged in as {imap.user}{_how(imap)}.")
    say(f"It offers {', '.join(capabilities)}.")
    roles = {"other": "read"}
    table(("Folder", "Use"), [(folder.name, roles.get(folder.role.value, folder.role.value)) for folder in folders])
    add(_folders(folders, keywords=keywords))


def _folders(folders: Sequence[Folder], *, keywords: bool) -> Iterator[Problem]:
    found = {folder.role for folder in folders}
    for role, why in NEEDED_ROLES.items():
        if role not in found:
            text = f"the server shows no {role.value} folder: {why}; write its name, as your mail program shows it."
            yield Problem(f"config.toml: mailbox.folders.{role.value}", text, warning=True)
    if not keywords:
        yield Problem("IMAP", "the server takes no keywords, so replies get a star only.", warning=True)


async def _try_channel(channel: Channel, config: Config, add: Add) -> None:
    smtp = config.mailbox.smtp
    try:
        offers = await channel.probe()
    except (Rejected, Lost) as error:
        text = f"{str(error).rstrip('.')} (at {error.stage.value}). Mend {_tables(smtp, 'smtp')}, or try again later."
        add([Problem(f"SMTP {smtp.host}:{smtp.port}", text)])
        return
    finally:
        await channel.close()
    say(f"SMTP {smtp.host}:{smtp.port}: logged in as {smtp.user}{_how(smtp)}.")
    say(f"It offers {', '.join(offers)}.")


async def _try_gateway(config: Config, add: Add) -> None:
    """Whether the SMS gateway can be reached; what it thinks of the token shows only when a message is sent."""
    try:
        gateway = wiring.sms(config, os.environ)
    except SecretRefused:
        say("SMS gateway: not tried, its token cannot be read.")
        return
    if gateway is None:
        return
    try:
        await gateway.probe()
    except Lost as error:
        add([Problem(config.sms.url, f"{str(error).rstrip('.')}. Mend [sms], or try again later.")])
        return
    say(f"SMS gateway {config.sms.url}: reached; nothing was sent.")


def _advice(config: Config) -> Iterator[str]:
    """What no login shows: where the copies of a delegate go."""
    own, logins = config.mailbox.address, (config.mailbox.imap, config.mailbox.smtp)
    if any(login.host.lower().endswith(MICROSOFT) for login in logins):
        yield DELEGATES.format(mailbox=own)
        return
    others = {login.user: None for login in logins if "@" in login.user and login.user.lower() != own.lower()}
    yield from (OTHER_USER.format(user=user, mailbox=own) for user in others)


def _how(login: Login) -> str:
    return " with an access token" if login.auth == "oauth2" else ""


def _lent(login: Login) -> str:
    return "client's secret or refresh token" if login.auth == "oauth2" else "password"


def _tables(login: Login, name: str) -> str:
    return f"[mailbox.{name}] or [mailbox.oauth2]" if login.auth == "oauth2" else f"[mailbox.{name}]"
