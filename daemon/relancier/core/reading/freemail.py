"""Domains where anyone can have an address: sharing one says nothing about whom a sender works for."""

_ANYWHERE = ("gmail", "hotmail", "outlook", "live", "yahoo", "gmx", "ymail")
_ENDINGS = ("com", "fr", "be", "ch", "ca", "de", "it", "es", "net", "co.uk", "lu")

FREE_MAIL = frozenset({f"{name}.{ending}" for name in _ANYWHERE for ending in _ENDINGS}) | {
    "163.com", "9online.fr", "alice.it", "aliceadsl.fr", "aol.com", "aol.fr", "arcor.de", "att.net", "bbox.fr",
    "bell.net", "bellsouth.net", "bluewin.ch", "btinternet.com", "calixo.net", "caramail.com", "cegetel.net",
    "charter.net", "club-internet.fr", "comcast.net", "cox.net", "dartybox.com", "dbmail.com", "duck.com",
    "email.it", "estvideo.fr", "evhr.net", "fastmail.com", "fastmail.fm", "free.fr", "freenet.de", "freesbee.fr",
    "gmx.at", "gmx.ch", "googlemail.com", "hetnet.nl", "hey.com", "hispeed.ch", "home.nl", "hushmail.com",
    "icloud.com", "ik.me", "inbox.com", "infonie.fr", "interia.pl", "internet.lu", "lagoon.nc", "laposte.net",
    "libero.it", "libertysurf.fr", "mac.com", "mail.com", "mail.pf", "mail.ru", "mailbox.org", "mailfence.com",
    "mailo.com", "me.com", "mediaserv.net", "modulonet.fr", "msn.com", "murena.io", "netcourrier.com", "netplus.ch",
    "neuf.fr", "noos.com", "noos.fr", "nordnet.fr", "ntlworld.com", "numericable.com", "numericable.fr", "o2.pl",
    "onet.pl", "only.fr", "orange.fr", "outlook.be", "planet.nl", "pm.me", "posteo.de", "proton.com", "proton.me",
    "protonmail.ch", "protonmail.com", "proximus.be", "pt.lu", "qq.com", "rocketmail.com", "rogers.com",
    "runbox.com", "sapo.pt", "sbcglobal.net", "scarlet.be", "seznam.cz", "sfr.fr", "shaw.ca", "sky.com", "skynet.be",
    "sunrise.ch", "sympatico.ca", "t-online.de", "talktalk.net", "tele2.fr", "telefonica.net", "telenet.be",
    "telus.net", "terra.es", "tin.it", "tiscali.fr", "tiscali.it", "tuta.com", "tuta.io", "tutamail.com",
    "tutanota.com", "verizon.net", "videotron.ca", "virgilio.it", "virginmedia.com", "vivaldi.net", "voila.fr",
    "voo.be", "vtxnet.ch", "wanadoo.fr", "web.de", "worldonline.fr", "wp.pl", "xs4all.nl", "yandex.com", "yandex.ru",
    "zeop.re", "ziggo.nl", "zoho.com", "zoho.eu",
}  # fmt: skip
