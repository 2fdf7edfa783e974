"""Makes the files of this folder, as the programs that README.md names write them: python -m tests.sheets.make."""

# ruff: noqa: E501 - a line of a file is as long as the program writes it

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from tests.sheets.book import Cell, Formula, Rows, Sheet, ods, xlsx

HERE = Path(__file__).parent


def d(day: int, month: int, year: int = 2026) -> date:
    return date(year, month, day)


def text(*lines: str, encoding: str = "cp1252", end: str = "\r\n") -> bytes:
    return end.join([*lines, ""]).encode(encoding)


def sage50_schedule() -> bytes:
    heads: list[Cell] = ["Date", "N° pièce", "Libellé", "Date d'échéance", "Débit", "Crédit", "Solde"]
    rows: Rows = [
        ["ATELIER LUMEN SAS"],
        ["Échéancier clients au 31/10/2026"],
        [],
        heads,
        ["411DUPON", "DUPONT SARL"],
        [d(1, 9), "FA2609001", "Facture FA2609001", d(1, 10), 1200.0, None, 1200.0],
        [d(15, 9), "FA2609014", "Facture FA2609014", d(15, 10), 354.6, None, 1554.6],
        [None, None, "Total 411DUPON", None, 1554.6, None, 1554.6],
        ["411MARTI", "MARTIN ET FILS"],
        [d(20, 9), "FA2609020", "Facture FA2609020", d(20, 10), 0.1 + 0.2, None, 0.3],
        ["ATELIER LUMEN SAS"],
        ["Échéancier clients au 31/10/2026"],
        heads,
        [d(30, 9), "FA2609031", "Facture FA2609031", d(30, 10), 2400, None, 2400.3],
        [None, None, "Total 411MARTI", None, 2400.3, None, 2400.3],
        [None, None, "Total général", None, 3954.9, None, 3954.9],
        ["Édité le 31/10/2026 à 10:22", None, None, None, None, None, "Page 1/1"],
    ]
    return xlsx({"Échéancier": Sheet(rows, merged=["A1:G1", "A2:G2"])})


def sage100_ledger() -> bytes:
    return text(
        "Compte tiers\tIntitulé\tDate\tN° pièce\tN° facture\tLibellé\tEchéance\tDébit\tCrédit",
        "BAGUES\tBagues et Cie\t05/09/26\t1042\tFC00126\tFact Bagues\t31/10/26\t1 306,00\t",
        "CARAT\tCarat S.à r.l.\t06/09/26\t1043\tFC00127\tFact Carat\t31/10/26\t86,40\t",
        "CARAT\tCarat S.à r.l.\t09/09/26\t1044\tFC00128\tFact Carat\t15/11/26\t12 500,00\t",
        "\t\t\t\t\tTotaux\t\t13 892,40\t",
    )


def ebp_schedule() -> bytes:
    return text(
        "N° document;Date;Code client;Nom du client;Date d'échéance;Total TTC;Solde dû;Adresse email",
        "FA00000412;01/09/2026;CLI00012;HÔTEL DES ALPES;01/10/2026;3 610,80 €;2 610,80 €;compta@alpes.example",
        "FA00000413;03/09/2026;CLI00007;Boulangerie Rey;18/10/2026;240,00 €;240,00 €;rey@rey.example",
        "AV00000031;10/09/2026;CLI00007;Boulangerie Rey;10/09/2026;-48,00 €;-48,00 €;rey@rey.example",
        ";;;Total;;3 802,80 €;2 802,80 €;",
    )


def cegid_auxiliary() -> bytes:
    lines = (
        "Auxiliaire\tLibellé auxiliaire\tRéférence\tDate pièce\tDate échéance\tDébit\tCrédit\tMode de paiement",
        "9DUPONT\tDUPONT SARL\tF260901\t01/09/2026\t30/09/2026\t1234,56\t0,00\tVIR",
        "9MARTIN\tMARTIN ET FILS\tF260902\t02/09/2026\t31/10/2026\t99,90\t-\tVIR",
        "9ŒUVRE\tL'ŒUVRE LYON\tF260903\t02/09/2026\t31/10/2026\t12 000,00\t-\tPRL",
    )
    return text(*lines, encoding="utf-16")


def cegid_workbook() -> bytes:
    rows: Rows = [
        ["Code tiers", "Raison sociale", "N° de pièce", "Date de pièce", "Date d'échéance", "Montant TTC", "Reste dû"],
        ["C0012", "DUPONT SARL", 2600451, 46266, 46296, "1 234,56 EUR", "1 234,56 EUR"],
        ["C0013", "MARTIN ET FILS", 2600452, 46267, 46327, "€ 99,90", "€ 49,90"],
        ["C0014", "Rey", 2600453, 46267, 46327, "(120,00)", "(120,00)"],
    ]
    return xlsx({"Export": Sheet(rows)}, shared=False)


def pennylane_csv() -> bytes:
    return text(
        "Numéro de facture,Client,Email,Date,Échéance,Montant HT,TVA,Montant TTC,Reste à payer,Devise,Statut",
        'F-2026-101,"Dupont, Frères & Cie",compta@dupont.example,2026-09-01,2026-10-01,1000.00,200.00,1200.00,1200.00,EUR,À payer',
        "F-2026-102,Studio Brun,brun@brun.example,2026-09-12,2026-10-12,83.25,16.65,99.90,40.00,EUR,Partiellement payée",
        "F-2026-103,Studio Brun,brun@brun.example,2026-09-20,2026-10-20,41.63,8.32,49.95,0.00,EUR,Payée",
        encoding="utf-8-sig",
        end="\n",
    )


def pennylane_workbook() -> bytes:
    rows: Rows = [
        ["Numéro de facture", "Client", "Date d'émission", "Date d'échéance", "Montant TTC", "Reste à payer", "Devise"],
        ["F-2026-201", "Dupont", d(1, 9), d(1, 10), 1200.1000000000001, 1200.1000000000001, "EUR"],
        ["F-2026-202", "Brun", d(12, 9), d(12, 10), 99.9, 39.900000000000006, "EUR"],
    ]
    return xlsx({"Factures clients": Sheet(rows)}, shared=False)


def dolibarr_list() -> bytes:
    return text(
        '"Réf.","Réf. client","Date facturation","Date échéance","Tiers","Montant HT","Montant TTC","Reste à encaisser","Mode règlement"',
        '"FA2609-0001","CMD 4512","01/09/2026","01/10/2026","Garage du Lac","1000,00","1200,00","1200,00","Virement"',
        '"FA2609-0002","","05/09/2026","05/10/2026","Mairie d\'Annecy","250,00","300,00","150,00","Virement"',
        '"AV2609-0001","","08/09/2026","08/10/2026","Garage du Lac","-50,00","-60,00","-60,00",""',
        encoding="utf-8",
        end="\n",
    )


def dolibarr_export() -> bytes:
    rows: Rows = [
        ["Nom du tiers", "Code client", "Email", "Id facture", "Réf facture", "Date facturation", "Date échéance",
         "Total HT", "Total TVA", "Total TTC", "Montant réglé"],
        ["Garage du Lac", "CU2609-0004", "compta@lac.example", 41, "FA2609-0001", "2026-09-01", "2026-10-01", 1000,
         200, 1200, 0],
        ["Mairie d'Annecy", "CU2609-0005", "mairie@annecy.example", 42, "FA2609-0002", "2026-09-05", "2026-10-05",
         250, 50, 300, 150],
    ]  # fmt: skip
    return xlsx({"Sheet1": Sheet(rows)})


def odoo_french() -> bytes:
    rows: Rows = [
        ["Numéro", "Nom d'affichage du partenaire de la facture", "Date de facturation", "Date d'échéance",
         "Référence", "Hors taxes signé", "Total signé", "Total en devise", "Montant dû signé"],
        ["FAC/2026/00042", "Azure Interior", d(1, 9), d(30, 9), "S00012", 1000.0, 1200.0, 1200.0, 1200.0],
        ["FAC/2026/00043", "Deco Addict", d(10, 9), d(10, 10), "S00013", 500.0, 600.0, 600.0, 250.0],
        ["RFAC/2026/00002", "Deco Addict", d(12, 9), d(12, 9), "FAC/2026/00043", -100.0, -120.0, -120.0, -120.0],
    ]  # fmt: skip
    return xlsx({"Odoo": Sheet(rows)})


def odoo_english() -> bytes:
    return text(
        '"Number","Invoice Partner Display Name","Invoice/Bill Date","Due Date","Total in Currency","Amount Due","Currency"',
        '"INV/2026/00010","Azure Interior","2026-09-01","2026-10-01","1,200.00","1,200.00","EUR"',
        '"INV/2026/00011","Gemini Ltd","2026-09-03","2026-10-03","840.50","440.50","GBP"',
        encoding="utf-8",
        end="\n",
    )


def quickbooks_open() -> bytes:
    rows: Rows = [
        ["Atelier Lumen"],
        ["Factures impayées"],
        ["Au 31 octobre 2026"],
        [],
        ["Date", "Type d'opération", "Nº", "Échéance", "Montant", "Solde à payer"],
        ["Dupont SARL"],
        ["01/09/2026", "Facture", "1037", "01/10/2026", "1 200,00", "1 200,00"],
        ["14/09/2026", "Facture", "1041", "14/10/2026", "180,00", "80,00"],
        ["Total pour Dupont SARL", None, None, None, "1 380,00 €", "1 280,00 €"],
        ["Studio Brun"],
        ["18/09/2026", "Facture", "1042", "18/10/2026", "75,50", "75,50"],
        ["Total pour Studio Brun", None, None, None, "75,50 €", "75,50 €"],
        ["TOTAL", None, None, None, "1 455,50 €", "1 355,50 €"],
    ]
    return xlsx({"Factures impayées": Sheet(rows, merged=["A1:F1", "A2:F2", "A3:F3"])}, shared=False)


def axonaut() -> bytes:
    return text(
        "Numéro;Société;Date de facture;Date d'échéance;Montant HT;Montant TTC;Reste à payer;Contact comptable;Email",
        "2026-0101;Lumière & Fils;01-09-2026;01-10-2026;416,67;500,00;500,00;Mme Roc;roc@lumiere.example",
        "2026-0102;Aubry;03-09-2026;03-10-2026;1 666,67;2 000,00;1 000,00;;compta@aubry.example",
        encoding="utf-8-sig",
    )


def henrri() -> bytes:
    return text(
        "N°;Date;Client;Objet;Total HT;Total TTC;Date d'échéance;Réglé;Courriel",
        "F2026-0007;2 septembre 2026;Claire Petit;Pose de luminaires;100,00 €;120,00 €;2 octobre 2026;0,00 €;claire@petit.example",
        "F2026-0008;1er octobre 2026;SCI Bellevue;Étude;250,00 €;300,00 €;31 octobre 2026;100,00 €;sci@bellevue.example",
        encoding="utf-8",
    )


def ciel_ledger() -> bytes:
    return text(
        "Compte client\tNom\tDate pièce\tPièce\tÉchéance\tMontant\tMode de règlement",
        "411AUBRY\tAubry\t01-sept-26\t260091\t01-oct-26\t1 250,00 D\tChèque",
        "411REY\tRey\t02-sept-26\t260092\t02-oct-26\t75,00 D\tVirement",
        "411REY\tRey\t20-sept-26\t260093\t20-sept-26\t25,00 C\t",
        "Solde\t\t\t\t\t1 300,00 D\t",
    )


def excel_by_hand() -> bytes:
    rows: Rows = [
        [None, "Suivi des factures 2026"],
        [],
        [None, "Client", "N° facture", "Date", "Échéance", "Montant TTC", "Payé", "E-mail", "Remarques"],
        [None, "Dupont SARL", "2026-001", d(1, 9), d(1, 10), "1 200,00 €", None, "compta@dupont.example", "a promis"],
        [None, None, "2026-002", "03/09/2026", "03/10/26", 354.6, 100, None, None],
        [None, None, "2026-003", d(5, 9), 46300, Formula("F4*2", 2400), 0, None, None],
        [None, "Studio Brun", 2026004, d(7, 9), d(7, 10), 99.9, None, "brun@brun.example", None],
        [None, "Total", None, None, None, Formula("SUM(F4:F7)", 4054.5), Formula("SUM(G4:G7)", 100), None, None],
        [],
        [None, "Édité par Nadia"],
    ]
    return xlsx({"Feuil1": Sheet(rows, merged=["B1:I1", "B4:B6", "H4:H6"], hidden_rows=[5])})


def excel_sheets() -> bytes:
    notes: Rows = [["À lire"], ["Les factures sont dans l'onglet Factures."]]
    open_ones: Rows = [
        ["n° facture", "client", "échéance", "montant ttc", "email"],
        ["A-1", "Aubry", d(1, 10), 10, "a@aubry.example"],
        ["A-2", "Rey", d(2, 10), 20.5, "r@rey.example"],
    ]
    old: Rows = [
        ["n° facture", "client", "échéance", "montant ttc", "email"],
        ["Z-9", "Vieux", d(1, 1), 1, "z@z.example"],
    ]
    return xlsx({"Notes": Sheet(notes), "Factures": Sheet(open_ones), "Archives": Sheet(old, hidden=True)})


def libreoffice() -> bytes:
    return ods(
        "Factures",
        [
            ["Relevé des factures"],
            [],
            ["Facture", "Raison sociale", "Date facture", "Date d'échéance", "TTC", "Courriel"],
            ["L-01", "Aubry", d(1, 9), d(1, 10), 12.1, "a@aubry.example"],
            ["L-02", "Rey", d(2, 9), d(2, 10), 1234.56, "r@rey.example"],
            [None, None, None, "Total", 1246.66, None],
        ],
    )


def swiss() -> bytes:
    return text(
        "Facture;Client;Date;Echéance;Total;Déjà payé;E-mail",
        "7001;Chocolats Aubry SA;01.09.2026;01.10.2026;CHF 1'234.50;CHF 234.50;compta@aubry.example",
        "7002;Rey Sàrl;02.09.26;02.10.26;80.00 CHF;-;rey@rey.example",
        encoding="utf-8",
    )


def aged_balance() -> bytes:
    rows: Rows = [
        ["Balance âgée clients au 31/10/2026", None, None, None, None, None, None, None, None],
        ["Édition du 02/11/2026"],
        [],
        ["Code client", "Raison sociale", "Facture", "Échéance", "Reste dû", "Non échu", "0-30 j", "31-60 j", "Email"],
        ["C01", "Aubry", "B-101", d(5, 9), 100, 0, 0, 100, "a@aubry.example"],
        [None, None, "B-102", d(5, 10), 250.25, 0, 250.25, 0, None],
        [None, None, "B-103", d(5, 11), 40, 40, 0, 0, None],
        ["Sous-total C01", None, None, None, 390.25, 40, 250.25, 100, None],
        ["C02", "Rey", "B-110", d(15, 10), 60, 0, 60, 0, "r@rey.example"],
        [None, None, "B-111", d(20, 10), -15, 0, -15, 0, None],
        ["Sous-total C02", None, None, None, 45, 0, 45, 0, None],
        [None, None, None, None, 435.25, 40, 295.25, 100, None],
        ["Page 1/1"],
    ]
    return xlsx({"Balance": Sheet(rows, merged=["A1:I1"])})


FILES: Mapping[str, Callable[[], bytes]] = {
    "sage50-echeancier.xlsx": sage50_schedule,
    "sage100-grand-livre.txt": sage100_ledger,
    "ebp-echeancier.csv": ebp_schedule,
    "cegid-auxiliaires.txt": cegid_auxiliary,
    "cegid-pieces.xlsx": cegid_workbook,
    "pennylane.csv": pennylane_csv,
    "pennylane.xlsx": pennylane_workbook,
    "dolibarr-liste.csv": dolibarr_list,
    "dolibarr-export.xlsx": dolibarr_export,
    "odoo-fr.xlsx": odoo_french,
    "odoo-en.csv": odoo_english,
    "quickbooks-impayees.xlsx": quickbooks_open,
    "axonaut.csv": axonaut,
    "henrri.csv": henrri,
    "ciel.txt": ciel_ledger,
    "excel-main.xlsx": excel_by_hand,
    "excel-onglets.xlsx": excel_sheets,
    "libreoffice.ods": libreoffice,
    "suisse.csv": swiss,
    "balance-agee.xlsx": aged_balance,
}


def main() -> None:
    for name, made in FILES.items():
        (HERE / name).write_bytes(made())


if __name__ == "__main__":
    main()
