"""Statements as banks' sites export them as CSV, with invented people and amounts."""

ACCOUNT = "FR7630006000011234567890189"
OTHER = "FR1420041010050500013M02606"

DIALECTS = {
    "crédit agricole": (
        "Téléchargement du 11/11/2026;\r\n\r\nM. LUMEN\r\nCompte courant professionnel carte n° 12345678901;\r\n"
        "Solde au 10/11/2026 4 321,00 €\r\n\r\nListe des opérations entre le 01/11/2026 et le 10/11/2026;\r\n\r\n"
        "Date;Libellé;Débit euros;Crédit euros;\r\n"
        '06/11/2026;"CHEQUE EMIS 4321\r\n";80,00;;\r\n'
        '05/11/2026;"VIREMENT EN VOTRE FAVEUR\r\nMENUISERIE DECOR\r\nFA-2026-0117\r\n";;1 234,56;\r\n'
    ),
    "bnp paribas": (
        "Compte chèques;Compte courant;12345678901;10/11/2026;;4 321,00\r\n"
        "Date operation;Libelle court;Type operation;Libelle operation;Montant operation en euro\r\n"
        "06-11-2026;;CHEQUE;CHEQUE EMIS 4321;-80,00\r\n"
        "05-11-2026;VIREMENT RECU;VIR;VIR SEPA RECU /DE MENUISERIE DECOR /MOTIF FA-2026-0117 /REF X1;1 234,56\r\n"
    ),
    "lcl": (
        "Date;Montant;Type;Libellé;Catégorie\r\n"
        "06/11/2026;-80,00;Chèque;CHEQUE EMIS 4321;\r\n"
        "05/11/2026;1234,56;Virement;VIR SEPA MENUISERIE DECOR FA-2026-0117;\r\n"
    ),
    "crédit mutuel, cic": (
        "Date;Date de valeur;Débit;Crédit;Libellé;Solde\n"
        "05/11/2026;05/11/2026;;1234,56;VIR MENUISERIE DECOR FA-2026-0117;4401,00\n"
        "06/11/2026;06/11/2026;-80,00;;CHQ 4321;4321,00\n"
    ),
    "caisse d'épargne, banque populaire": (
        "Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;"
        "Type operation;Categorie;Sous categorie;Debit;Credit;Date operation;Date de valeur;Pointage operation\n"
        "06/11/2026;CHEQUE;CHEQUE N 4321;0004321;;Cheque;;;-80,00;;06/11/2026;06/11/2026;0\n"
        "05/11/2026;MENUISERIE DECOR;VIR SEPA MENUISERIE DECOR;A1B2C3;FA-2026-0117;Virement recu;;;;+1234,56;"
        "05/11/2026;05/11/2026;0\n"
    ),
    "la banque postale": (
        "Numéro Compte   ;12345678901\nType         ;CCP PRO\nCompte tenu en  ;euros\nDate            ;10/11/2026\n"
        "Solde (EUROS)   ;4321,00\nSolde (FRANCS)  ;28343,89\n\nDate;Libellé;Montant(EUROS);Montant(FRANCS)\n"
        '06/11/2026;"CHEQUE N 4321";-80,00;-524,77\n'
        '05/11/2026;"VIREMENT DE MENUISERIE DECOR FA-2026-0117";1234,56;8098,18\n'
    ),
    "société générale": (
        '="12345678901";01/11/2026;10/11/2026;2;10/11/2026;4321,00 EUR\n\n'
        "Date de l'opération;Libellé;Détail de l'écriture;Montant de l'opération;Devise\n"
        "06/11/2026;CHEQUE;CHEQUE 4321;-80,00;EUR\n"
        "05/11/2026;VIR RECU;VIR RECU 98765432 DE: MENUISERIE DECOR MOTIF: FA-2026-0117;1234,56;EUR\n"
    ),
    "boursobank": (
        "dateOp;dateVal;label;category;categoryParent;supplierFound;amount;comment;accountNum;accountLabel;"
        "accountbalance\n"
        '2026-11-05;2026-11-05;"VIR SEPA MENUISERIE DECOR FA-2026-0117";Virements;;;"1 234,56";;12345678901;PRO;0\n'
        '2026-11-06;2026-11-06;"CHQ. N.4321";Chèques;;;"-80,00";;12345678901;PRO;4321.00\n'
    ),
    "qonto": (
        "Statut,Date de l'opération (local),Montant,Devise,Nom de la contrepartie,IBAN de la contrepartie,Référence,"
        "Identifiant de transaction\n"
        f"Exécuté,05-11-2026 10:12:03,1234.56,EUR,MENUISERIE DECOR,{OTHER},FA-2026-0117,t-1\n"
        "Refusé,05-11-2026 10:13:00,50.00,EUR,MARTIN,,FA-9,t-2\n"
        "Exécuté,06-11-2026 09:00:00,-80.00,EUR,X,,CHQ,t-3\n"
    ),
    "qonto, in French": (
        "Statut;Date de la valeur (UTC);Date de l'opération (UTC);Montant total (TTC);Débit;Crédit;Solde;Devise;"
        "Nom de la contrepartie;Identifiant de transaction;Référence\n"
        "Exécuté;05-11-2026 10:00:00;05-11-2026 10:00:00;1234,56;;1234,56;5000,00;EUR;MENUISERIE DECOR;t-1;"
        "FA-2026-0117\n"
        "Exécuté;06-11-2026 10:00:00;06-11-2026 10:00:00;-80,00;80,00;;4950,00;EUR;SNCF;t-2;\n"
        "En traitement;;06-11-2026 10:00:00;-50,00;50,00;;4950,00;EUR;SNCF;t-3;\n"
    ),
    "qonto, in English": (
        "Status,Settlement date (UTC),Operation date (UTC),Total amount (incl. VAT),Currency,Counterparty name,"
        "Transaction ID,Reference\n"
        "Settled,05-11-2026 10:00:00,05-11-2026 09:00:00,1234.56,EUR,MENUISERIE DECOR,t-1,FA-2026-0117\n"
        "Settled,06-11-2026 10:00:00,06-11-2026 09:00:00,-80.00,EUR,SNCF,t-2,\n"
        "Processing,,06-11-2026 09:00:00,-50.00,EUR,SNCF,t-3,\nReversed,,06-11-2026 09:00:00,90.00,EUR,X,t-4,FA-1\n"
    ),
    "shine": (
        "Transaction ID;Date de la valeur;Date d'opération;IBAN;Type de transaction;Transaction personnelle;Category;"
        "Débit;Crédit;Solde mouvement;Solde bancaire;Libellé;Nom de la contrepartie;Montant HT;Montant de TVA total;"
        "Pièces;Date d'ajout pièces;Commentaire\n"
        f"t1;05/11/2026;05/11/2026;{ACCOUNT};Virement;non;;;1234,56;1234,56;5000,00;FA-2026-0117;MENUISERIE DECOR;"
        "1028,80;205,76;;;\n"
        f"t2;06/11/2026;06/11/2026;{ACCOUNT};Carte;non;;80,00;;-80,00;4920,00;SNCF;SNCF;66,67;13,33;;;\n"
    ),
    "revolut business": (
        "Date started (UTC),Date completed (UTC),ID,Type,State,Description,Reference,Payer,Card number,Orig currency,"
        "Orig amount,Payment currency,Amount,Total amount,Exchange rate,Fee,Fee currency,Balance,Account\n"
        "2026-11-05,2026-11-05,i1,TOPUP,COMPLETED,Money added from MENUISERIE DECOR,FA-2026-0117,MENUISERIE DECOR,,EUR,"
        "1234.56,EUR,1234.56,1234.56,,0.00,EUR,5000.00,EUR Main\n"
        "2026-11-06,2026-11-06,i2,CARD_PAYMENT,COMPLETED,SNCF,,,1234,EUR,-80.00,EUR,-80.00,-80.00,,0.00,EUR,4920.00,"
        "EUR Main\n"
        "2026-11-06,,i3,TRANSFER,PENDING,To X,,,,EUR,-100.00,EUR,-100.00,-100.00,,0.00,EUR,,EUR Main\n"
        "2026-11-06,2026-11-06,i4,TOPUP,REVERTED,From Y,,Y,,EUR,300.00,EUR,300.00,300.00,,0.00,EUR,,EUR Main\n"
    ),
    "revolut, in French": (
        "Type,Produit,Date de début,Date de fin,Description,Montant,Frais,Devise,État,Solde\n"
        "Virement,Actuel,2026-11-05 10:00:00,2026-11-05 10:00:01,VIR MENUISERIE DECOR FA-2026-0117,1234.56,0.00,EUR,"
        "TERMINÉ,5000.00\n"
        "Paiement,Actuel,2026-11-05 23:00:00,2026-11-06 09:00:00,SNCF,-80.00,0.00,EUR,TERMINÉ,4920.00\n"
        "Paiement,Actuel,2026-11-06 10:00:00,,SNCF,-50.00,0.00,EUR,EN ATTENTE,\n"
    ),
    "n26": (
        '"Booking Date","Value Date","Partner Name","Partner Iban",Type,"Payment Reference","Account Name",'
        '"Amount (EUR)","Original Amount","Original Currency","Exchange Rate"\n'
        f'2026-11-05,2026-11-05,"MENUISERIE DECOR",{OTHER},"Credit Transfer","FA-2026-0117","Compte pro",1234.56,,,\n'
        '2026-11-06,2026-11-06,SNCF,,"Presentment","","Compte pro",-80.00,80.00,EUR,1\n'
    ),
    "wise": (
        '"TransferWise ID",Date,Amount,Currency,Description,"Payment Reference","Running Balance","Payer Name",'
        '"Payee Name"\n'
        "T-1,05-11-2026,1234.56,EUR,Received money,FA-2026-0117,5000.00,MENUISERIE DECOR,\n"
        "T-2,06-11-2026,-80.00,EUR,Sent money to SNCF,,4920.00,,SNCF\n"
    ),
    "by hand, in English": "Date,Description,Amount,Balance\n"
    '2026-11-05,VIR MENUISERIE DECOR FA-2026-0117,"1,234.56",1.00\n'
    "2026-11-06,CHQ 4321,-80.00,1.00\n",
}  # fmt: skip
