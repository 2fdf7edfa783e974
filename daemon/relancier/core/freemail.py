"""Domains where anyone can have an address: sharing one says nothing about whom a sender works for."""

_ANYWHERE = ("gmail", "hotmail", "outlook", "live", "yahoo", "gmx", "ymail")
_ENDINGS = ("com", "fr", "be", "ch", "ca", "de", "it", "es", "net", "co.uk", "lu")

FREE_MAIL = frozenset({f"{name}.{ending}" for name in _ANYWHERE for ending in _ENDINGS}) | {
    "9online.fr", "aliceadsl.fr", "aol.com", "aol.fr", "bbox.fr", "bluewin.ch", "caramail.com", "cegetel.net",
    "club-internet.fr", "dartybox.com", "fastmail.com", "free.fr", "freesbee.fr", "googlemail.com", "gmx.at",
    "hey.com", "hispeed.ch", "icloud.com", "ik.me", "infonie.fr", "laposte.net", "libero.it", "mac.com", "mail.com",
    "mailo.com", "me.com", "modulonet.fr", "msn.com", "neuf.fr", "netcourrier.com", "noos.fr", "numericable.fr",
    "orange.fr", "outlook.be", "pm.me", "proton.me", "protonmail.ch", "protonmail.com", "proximus.be", "pt.lu",
    "rocketmail.com", "scarlet.be", "sfr.fr", "skynet.be", "sunrise.ch", "t-online.de", "telenet.be", "tiscali.fr",
    "tele2.fr", "tuta.io", "tutanota.com", "videotron.ca", "voila.fr", "voo.be", "wanadoo.fr", "web.de", "zoho.com",
}  # fmt: skip
