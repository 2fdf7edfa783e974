"""The configuration files of the servers that answer our mail, as templates with ${names}."""

from string import Template

EXIM_CONF = Template(r"""
primary_hostname = mx.${domain}
qualify_domain = ${domain}
domainlist here = ${domain}
exim_path = ${exim}
spool_directory = ${d}/spool
log_file_path = ${d}/log/%slog
pid_file_path = ${d}/spool/exim.pid
deliver_drop_privilege = true
keep_environment =
headers_charset = UTF-8
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
tls_advertise_hosts =
dsn_advertise_hosts = *
host_lookup =
acl_smtp_rcpt = accept
acl_smtp_data = accept
local_from_check = false
untrusted_set_sender = *
delay_warning = 1s:10h
delay_warning_condition = yes
smtp_accept_max = 0
smtp_accept_queue_per_connection = 0
queue_run_max = 4
${words}

begin routers
home:
  driver = manualroute
  domains = lumen.test
  transport = home
  route_list = * 127.0.0.1
  self = send
outside:
  driver = manualroute
  domains = ! +here
  transport = outside
  route_list = * 127.0.0.1
  self = send
  no_more
box:
  driver = accept
  local_parts = ^box
  transport = box
filter:
  driver = redirect
  local_parts = dsearch;${d}/filters
  file = ${d}/filters/$${local_part_data}
  allow_filter
  allow_fail
  user = Debian-exim
  router_home_directory = ${d}/home
  check_owner = false
  check_group = false
  modemask = 000
  reply_transport = reply
  pipe_transport = pipe

begin transports
home:
  driver = smtp
  port = ${home}
  allow_localhost
outside:
  driver = smtp
  port = ${outside}
  allow_localhost
box:
  driver = appendfile
  maildir_format
  directory = ${d}/boxes
reply:
  driver = autoreply
pipe:
  driver = pipe
  current_directory = /
  return_fail_output

begin retry
* * F,10m,1s
""")

RELAY_MAIN_CF = Template(r"""
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
myhostname = ${hostname}
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = boxes.test
virtual_mailbox_base = ${d}/boxes
virtual_mailbox_maps = inline:{{a@boxes.test = a/}, {b@boxes.test = b/}}
virtual_minimum_uid = 1
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${gid}
virtual_alias_domains = team.test
virtual_alias_maps = inline:{{achats@team.test = a@boxes.test b@boxes.test}}
transport_maps = inline:{{lumen.test = smtp:[127.0.0.1]:${home}}, {closed.test = smtp:[127.0.0.1]:${closed}}}
default_transport = smtp:[127.0.0.1]:${outside}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions =
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtp_destination_concurrency_limit = 4
default_destination_concurrency_failed_cohort_limit = 0
disable_dns_lookups = yes
in_flow_delay = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
delay_warning_time = 1s
maximal_queue_lifetime = 6s
bounce_template_file = ${d}/postfix/conf/bounce.cf
""")

RELAY_MASTER_CF = Template("""
127.0.0.1:${port} inet n - n - - smtpd
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
virtual   unix - n n - - virtual
smtp      unix - - n - - smtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
tlsmgr    unix - - n 1000? 1 tlsmgr
postlog   unix-dgram n - n - 1 postlogd
""")
