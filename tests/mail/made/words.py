"""How the servers of French companies word their reports, in the form that Postfix and Exim read."""

POSTFIX_FR = """\
failure_template = <<EOF
Charset: utf-8
From: MAILER-DAEMON (Messagerie du relais)
Subject: =?utf-8?Q?Message_non_distribu=C3=A9_-_retour_=C3=A0_l'exp=C3=A9diteur?=
Postmaster-Subject: Copie postmaster : message non distribue

Ceci est le système de messagerie de $myhostname.

Nous sommes désolés de vous informer que votre message n'a pas pu être
remis à un ou plusieurs destinataires. Il est joint ci-dessous.

Pour obtenir de l'aide, écrivez à postmaster en joignant ce rapport.

                   Le système de messagerie
EOF

delay_template = <<EOF
Charset: utf-8
From: MAILER-DAEMON (Messagerie du relais)
Subject: =?utf-8?Q?Remise_diff=C3=A9r=C3=A9e_de_votre_message?=
Postmaster-Subject: Copie postmaster : message en attente

Ceci est le système de messagerie de $myhostname.

######################################################################
# CECI N'EST QU'UN AVERTISSEMENT. INUTILE DE RENVOYER VOTRE MESSAGE. #
######################################################################

Votre message n'a pas encore pu être remis. De nouvelles tentatives
auront lieu pendant $maximal_queue_lifetime_hours heure(s).

                   Le système de messagerie
EOF

success_template = <<EOF
Charset: utf-8
From: MAILER-DAEMON (Messagerie du relais)
Subject: =?utf-8?Q?Avis_de_remise_de_votre_message?=

Ceci est le système de messagerie de $myhostname.

Votre message a bien été remis aux destinataires ci-dessous.

                   Le système de messagerie
EOF

verify_template = <<EOF
Charset: utf-8
From: MAILER-DAEMON (Messagerie du relais)
Subject: Verification d'adresse

Ceci est le système de messagerie de $myhostname.

                   Le système de messagerie
EOF
"""

EXIM_FR = {
    "bounce_message_file": """\
Subject: Echec de la remise de votre message
Content-Language: fr
****
Ce message a été créé automatiquement par le serveur de messagerie.

Le message que vous avez envoyé n'a pas pu être remis à un ou plusieurs de
ses destinataires. Cette erreur est définitive. Adresse(s) en échec :
****
Réponse obtenue pendant la tentative de remise :
****
------ Copie du message, avec tous ses en-têtes. ------
****
------ Le message fait $message_size caractères ; seuls les premiers
------ $bounce_return_size_limit figurent ici.
****
------ Copie des en-têtes du message. ------
****
""",
    "warn_message_file": """\
Subject: Avertissement : message $message_exim_id en attente depuis $warn_message_delay
****
Ce message a été créé automatiquement par le serveur de messagerie.

Votre message n'a pas encore été remis à tous ses destinataires ; il attend
depuis plus de $warn_message_delay sur $primary_hostname.

Identifiant du message : $message_exim_id
Objet du message :       $h_subject

Adresse(s) en attente :
****
Vous n'avez rien à faire. De nouvelles tentatives auront lieu ; si le message
ne peut toujours pas être remis, il vous sera retourné.
****
""",
}
