"""Access tokens for the two logins (OAuth 2.0, RFC 6749), with the standard library alone."""

from relancier.adapters.oauth2.consent import Consent
from relancier.adapters.oauth2.endpoint import Client
from relancier.adapters.oauth2.tokens import Tokens

__all__ = ["Client", "Consent", "Tokens"]
