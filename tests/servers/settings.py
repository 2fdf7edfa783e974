"""The configuration files of the private mail servers, as templates with ${names}."""

from string import Template

# Debian 12 and older: Dovecot 2.3.
DOVECOT_23 = Template(r"""
protocols = ${protocols}
instance_name = ${run}
listen = 127.0.0.1
base_dir = ${d}/${run}
state_dir = ${d}/${run}-state
log_path = ${d}/log/${run}.log
ssl = yes
ssl_cert = <${cert}
ssl_key = <${key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_verbose = yes
auth_failure_delay = 0
mail_location = maildir:~/Maildir
first_valid_uid = 1
mail_max_userip_connections = 200
recipient_delimiter = +
submission_host = 127.0.0.1:${smtp_port}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${d}/users/%u
  mechanisms = plain login
}
passdb {
  driver = oauth2
  args = ${d}/oauth2.conf.ext
  mechanisms = xoauth2 oauthbearer
}
userdb {
  driver = passwd-file
  args = username_format=%u ${d}/users/%u
}
protocol lmtp {
  postmaster_address = postmaster@lumen.test
  mail_plugins = sieve
}
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_vacation_min_period = 0
  sieve_extensions = +editheader
}
""")

# Debian 13: Dovecot 2.4 speaks another dialect.
DOVECOT_24 = Template(r"""
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols {
  ${protocols} = yes
}
instance_name = ${run}
listen = 127.0.0.1
base_dir = ${d}/${run}
state_dir = ${d}/${run}-state
log_path = ${d}/log/${run}.log
ssl = yes
ssl_server_cert_file = ${cert}
ssl_server_key_file = ${key}
ssl_min_protocol = TLSv1.2
auth_allow_cleartext = yes
auth_mechanisms {
  plain = yes
  login = yes
  xoauth2 = yes
  oauthbearer = yes
}
oauth2_introspection_mode = local
oauth2_username_attribute = email
oauth2_local_validation {
  dict fs {
    fs posix {
      prefix = ${d}/oauth2-keys/
    }
  }
}
auth_verbose = yes
auth_failure_delay = 0
mail_driver = maildir
mail_path = ~/Maildir
first_valid_uid = 1
mail_max_userip_connections = 200
recipient_delimiter = +
submission_host = 127.0.0.1:${smtp_port}
passdb passwd-file {
  default_password_scheme = PLAIN
  passwd_file_path = ${d}/users/%{user}
}
userdb passwd-file {
  passwd_file_path = ${d}/users/%{user}
}
protocol lmtp {
  postmaster_address = postmaster@lumen.test
  mail_plugins {
    sieve = yes
  }
}
sieve_script personal {
  driver = file
  path = ~/sieve
  active_path = ~/.dovecot.sieve
}
sieve_vacation_min_period = 0
sieve_extensions {
  editheader = yes
}
""")

# Access tokens are signed (JWT): whoever holds the key may issue them, for the address in `email`.
OAUTH2_23 = Template("""
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=${d}/oauth2-keys/
username_attribute = email
active_attribute =
active_value =
""")

# Both dialects agree on folders and services. The last one: no growing delay after failed logins.
DOVECOT_BOTH = Template(r"""
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = subscribe
    special_use = \Sent
  }
  mailbox Drafts {
    auto = subscribe
    special_use = \Drafts
  }
  mailbox Junk {
    auto = subscribe
    special_use = \Junk
  }
  mailbox Trash {
    auto = subscribe
    special_use = \Trash
  }
  mailbox Archive {
    auto = subscribe
    special_use = \Archive
  }
}
service imap-login {
  inet_listener imap {
    port = ${imap_port}
  }
  inet_listener imaps {
    port = ${imaps_port}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${lmtp_port}
  }
}
service auth {
  unix_listener sasl-postfix {
    mode = 0666
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
""")

# Mail for any .test domain is accepted; Dovecot then refuses the users it does not know, and Postfix reports that.
MAIN_CF = Template("""
compatibility_level = 3.6
queue_directory = ${d}/postfix/queue
data_directory = ${d}/postfix/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${d}/log/postfix.log
maillog_file_prefixes = ${d}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.lumen.test
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = regexp:${d}/postfix/conf/domains
virtual_mailbox_maps = regexp:${d}/postfix/conf/recipients
virtual_transport = lmtp:inet:127.0.0.1:${lmtp_port}
recipient_delimiter = +
default_transport = error:5.1.2 no outside world in this test host
smtpd_tls_cert_file = ${cert}
smtpd_tls_key_file = ${key}
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${d}/lmtp/sasl-postfix
smtpd_sasl_auth_enable = yes
smtpd_sasl_security_options = noanonymous
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions =
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
disable_dns_lookups = yes
smtputf8_enable = yes
message_size_limit = 26214400
in_flow_delay = 0
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
""")

MASTER_CF = Template("""
127.0.0.1:${smtp_port} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=no
127.0.0.1:${submission_port} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_auth_only=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:${smtps_port} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
lmtp      unix - - n - - lmtp
smtp      unix - - n - - smtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
tlsmgr    unix - - n 1000? 1 tlsmgr
postlog   unix-dgram n - n - 1 postlogd
""")

DOMAINS = r"""/\.test$/ here
"""
# An address that begins with `inconnu` is refused at RCPT; any other unknown one comes back as a bounce.
RECIPIENTS = r"""!/^inconnu/ here
"""
