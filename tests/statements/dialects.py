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
    "by hand, in English": "Date,Description,Amount,Balance\n"
    '2026-11-05,VIR MENUISERIE DECOR FA-2026-0117,"1,234.56",1.00\n'
    "2026-11-06,CHQ 4321,-80.00,1.00\n",
}  # fmt: skip
