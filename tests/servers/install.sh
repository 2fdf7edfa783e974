#!/bin/sh
# Installs the servers and programs that the tests talk to, from the distribution's packages, and starts none of them.
set -eu

PACKAGES="dovecot-imapd dovecot-lmtpd dovecot-sieve postfix openssl"
# What looks at our messages as their readers do: a browser with the fonts that mail asks for, and a spam filter.
PACKAGES="$PACKAGES chromium fonts-liberation spamassassin"
# A database from which invoices are asked.
PACKAGES="$PACKAGES postgresql"
POLICY=/usr/sbin/policy-rc.d
# Exim's package would remove Postfix: its one program is unpacked aside instead, and no package knows of it.
EXIM=/usr/local/lib/relancier-test-servers/exim4

missing() {
    for package; do
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

exim_works() {
    [ -x "$EXIM" ] && "$EXIM" -C /dev/null -bV >/dev/null 2>&1
}

exim_libraries() {
    # shellcheck disable=SC2046 # one word a package
    missing $(apt-cache depends exim4-daemon-light | sed -n 's/^ *Depends: \(lib[^ ]*\)$/\1/p')
}

unpack_exim() {
    aside=$(mktemp -d)
    wanted=$(exim_libraries)
    [ -z "$wanted" ] || install
    (cd "$aside" && apt-get download -qq -o APT::Sandbox::User=root exim4-daemon-light && dpkg -x ./*.deb unpacked) || true
    # The program asks for this user by name before it reads any configuration.
    id Debian-exim >/dev/null 2>&1 ||
        useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin Debian-exim
    if [ -e "$aside/unpacked/usr/sbin/exim4" ]; then
        mkdir -p "${EXIM%/*}"
        cp "$aside/unpacked/usr/sbin/exim4" "$EXIM"
        chmod 755 "$EXIM" # without its setuid bit: only root runs it
    fi
    rm -rf "$aside"
}

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "install.sh: this works on Debian and Ubuntu; elsewhere install Dovecot, Postfix, openssl, Chromium and SpamAssassin by hand." >&2
    exit 1
fi
wanted=$(missing $PACKAGES)
if [ -z "$wanted" ] && exim_works; then
    echo "The servers and programs for the tests are installed."
    exit 0
fi
if [ "$(id -u)" != 0 ]; then
    echo "install.sh: run this as root (sudo make servers) to install:" $wanted "exim4 (unpacked aside)" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
forbid_starts
if [ -n "$wanted" ]; then
    printf 'postfix postfix/main_mailer_type select No configuration\n' | debconf-set-selections
    install || { apt-get update -qq && install; }
    wanted=$(missing $PACKAGES)
    if [ -n "$wanted" ]; then
        echo "install.sh: could not install:" $wanted >&2
        exit 1
    fi
fi
if ! exim_works && ! { (unpack_exim) && exim_works; } && ! { apt-get update -qq && (unpack_exim) && exim_works; }; then
    echo "install.sh: could not unpack Exim (exim4-daemon-light) to $EXIM" >&2
    exit 1
fi
echo "The servers and programs for the tests are installed; none of them was started."
