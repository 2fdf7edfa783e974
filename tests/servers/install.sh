#!/bin/sh
# Installs the mail servers that the tests talk to, from the distribution's packages, and starts none of them.
set -eu

PACKAGES="dovecot-imapd dovecot-lmtpd dovecot-sieve postfix openssl"
POLICY=/usr/sbin/policy-rc.d

missing() {
    for package in $PACKAGES; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || echo "$package"
    done
}

# A package's own script would open mail servers on public ports: a policy that answers 101 forbids it.
forbid_starts() {
    if [ -x "$POLICY" ]; then
        answer=0
        "$POLICY" dovecot start >/dev/null 2>&1 || answer=$?
        [ "$answer" = 101 ] && return
        mv "$POLICY" "$POLICY.kept"
    fi
    trap 'rm -f "$POLICY"; [ ! -e "$POLICY.kept" ] || mv "$POLICY.kept" "$POLICY"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$POLICY"
    chmod 755 "$POLICY"
}

install() {
    # shellcheck disable=SC2086 # one word a package
    apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold $wanted
}

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "install.sh: this works on Debian and Ubuntu; elsewhere install Dovecot, Postfix and openssl by hand." >&2
    exit 1
fi
wanted=$(missing)
if [ -z "$wanted" ]; then
    echo "The mail servers for the tests are installed."
    exit 0
fi
if [ "$(id -u)" != 0 ]; then
    echo "install.sh: run this as root (sudo make servers) to install:" $wanted >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
forbid_starts
printf 'postfix postfix/main_mailer_type select No configuration\n' | debconf-set-selections
install || { apt-get update -qq && install; }
wanted=$(missing)
if [ -n "$wanted" ]; then
    echo "install.sh: could not install:" $wanted >&2
    exit 1
fi
echo "The mail servers for the tests are installed; none of them was started."
