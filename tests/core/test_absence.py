"""Every auto-reply was written on Wednesday 18 November 2026, unless told otherwise."""

from datetime import UTC, date, datetime
from time import process_time

import pytest

from relancier.core.reading.absence import Absence, AutoReply, about
from relancier.core.reading.mail import Address, Message

WRITTEN = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def auto_reply(text: str, subject: str = "Réponse automatique : FA-2026-0042") -> Message:
    return Message(
        identity="1",
        subject=subject,
        text=text,
        date=WRITTEN,
        sender=Address(email="paul@client.example"),
        to=(Address(email="compta@lumen.example"),),
        cc=(Address(email="copie@lumen.example"),),
    )


def told(found: Absence) -> str:
    """The sort, then since..until, then the day back and the contacts; dates of 2026 as 12-15."""
    days = f"{short(found.since)}..{short(found.until)}" if found.since or found.until else ""
    back = f"back {short(found.back_on)}" if found.back_on else ""
    return " ".join(filter(None, (found.sort, days, back, *found.contacts)))


def short(day: date | None) -> str:
    return day.isoformat().removeprefix("2026-") if day else ""


ABSENCES = {
    "En congés.": "absence",
    "Nous sommes absents, à lundi !": "absence ..11-22 back 11-23",
    "Fermé. Nous traiterons votre message à partir du lundi 23 novembre": "absence ..11-22 back 11-23",
    "Our studio is closed and re-opens Monday 23 November": "absence ..11-22 back 11-23",
    "Ich bin bis einschließlich 30.11.2026 im Urlaub": "absence ..11-30",
    "Away.": "absence",
    "Hiking. Back on the 20th.": "absence ..11-19 back 11-20",
    "Visiting job sites till the 21st": "absence ..11-21",
    "Votre message sera lu à mon retour.": "absence",
    "Je ne lirai pas mon courrier du 4 au 29 décembre": "absence 12-04..12-29",
    "I am out until 23 November (returning 23 November)": "absence ..11-22 back 11-23",
    "Ich bin im Urlaub.": "absence",
    "Estaré de vacaciones": "absence",
    "Ik ben afwezig": "absence",
    "Je suis absent jusqu'au 25 novembre inclus.": "absence ..11-25",
    "Je suis absente du bureau et serai de retour le 30.": "absence ..11-29 back 11-30",
    "Je suis en congés du 16 au 27 novembre.": "absence 11-16..11-27",
    "je suis en conges du 16/11 au 27/11 inclus, retour le 30/11": "absence 11-16..11-27 back 11-30",
    "Actuellement en congé, de retour lundi.": "absence ..11-22 back 11-23",
    "Absent ce jour. En cas d'urgence : lea@client.example": "absence 11-18..11-18 lea@client.example",
    "Je serai absent à partir du 23 novembre et reprendrai le 7 décembre.": "absence 11-23..12-06 back 12-07",
    "Absente depuis le 2 novembre, je reviens le 1er décembre.": "absence 11-02..11-30 back 12-01",
    "Nos bureaux sont fermés du 24 décembre au 4 janvier.": "absence 12-24..2027-01-04",
    "Fermeture annuelle du 1er au 15 août": "absence 2027-08-01..2027-08-15",
    "Notre société est fermée jusqu'au 30/11/2026": "absence ..11-30",
    "En déplacement cette semaine, je suis absent du bureau.": "absence 11-18..11-20",
    "Je suis absent.\nNos bureaux sont ouverts du lundi au vendredi": "absence",
    "Je suis absent cette semaine.": "absence 11-18..11-20",
    "Je suis actuellement en congé maternité.": "absence",
    "Je suis en arrêt maladie jusqu’au 15 décembre": "absence ..12-15",
    "Bonjour,\nJe suis en vacances.\nRetour le 30 novembre.\nPaul": "absence ..11-29 back 11-30",
    "Je suis absent. Merci de contacter ma collègue :\nLea.Petit@client.example": "absence lea.petit@client.example",
    "J'ai bien reçu votre message mais je suis absent jusqu'à vendredi.": "absence ..11-20",
    "Pendant mon absence, merci d'écrire à compta@client.example": "absence compta@client.example",
    "Je suis en formation et serai de retour demain.": "absence ..11-18 back 11-19",
    "Je suis absent le vendredi 20 novembre": "absence 11-20..11-20",
    "Absence du bureau\n\nDu 16 novembre au 20 novembre inclus.": "absence 11-16..11-20",
    "I am out of the office until 30 November.": "absence ..11-30",
    "I'm currently out of office, returning on Monday 23 November.": "absence ..11-22 back 11-23",
    "I am on annual leave from 16 November to 20 November.": "absence 11-16..11-20",
    "I will be back in the office on Nov 23rd.": "absence ..11-22 back 11-23",
    "I am away on holiday and will return next Monday": "absence ..11-22 back 11-23",
    "OOO till Friday": "absence ..11-20",
    "I am on parental leave through 31 December 2026": "absence ..12-31",
    "I am travelling with limited access to email. Please contact ap@client.example": "absence ap@client.example",
    "We are closed from 24 December until 2 January.": "absence 12-24..2027-01-02",
    "I'm out today": "absence 11-18..11-18",
    "Ich bin bis 30.11.2026 nicht im Büro.": "absence ..11-30",
    "I am away since 2 November and will return on 1 December": "absence 11-02..11-30 back 12-01",
    "Je suis absent du 30 novembre au 10 novembre.": "absence 2025-11-30..11-10",
}

LEFT = {
    "Frau Kunz ist nicht mehr bei uns.": "left",
    "Il signor Conti non lavora più qui.": "left",
    "Mme Durand ne fait plus partie de l'entreprise.": "left",
    "Paul Petit a quitté la société. Contactez lea@client.example": "left lea@client.example",
    "Je n'ai plus accès, ayant quitté l'entreprise le 30 juin.": "left",
    "M. Petit n'est plus chez nous.": "left",
    "Mme Petit ne travaille plus ici": "left",
    "J'ai pris ma retraite. Merci d'écrire à compta@client.example.": "left compta@client.example",
    "Cette adresse n'est plus utilisée.": "left",
    "Cette boîte mail n'est plus consultée": "left",
    "Paul no longer works here.": "left",
    "Paul is no longer with the company; write to ap@client.example": "left ap@client.example",
    "Paul has left the organization.": "left",
    "I have left the company, I am out of office for good": "left",
    "This mailbox is no longer monitored": "left",
    "Ms Durand has retired.": "left",
    "Je ne fais plus partie des effectifs, absence définitive.": "left",
}

ACKNOWLEDGED = {
    "Merci de votre message": "acknowledgement",
    "Votre demande est enregistrée.": "acknowledgement",
    "Thanks for your email! We are a tiny team.": "acknowledgement",
    "Ihre Anfrage wurde unter der Nummer 4711 angelegt.": "acknowledgement",
    "Hemos recibido su correo": "acknowledgement",
    "Nous avons bien reçu votre message.": "acknowledgement",
    "Votre demande n° 4521 a été enregistrée.": "acknowledgement",
    "Nous accusons réception de votre courriel du 17 novembre.": "acknowledgement",
    "Votre demande sera traitée sous 48h.": "acknowledgement",
    "Ticket #4521 : votre message a été transmis au service concerné": "acknowledgement",
    "Votre message nous est bien parvenu, nous vous répondrons dans les 5 jours": "acknowledgement",
    "Accusé de réception automatique": "acknowledgement",
    "We have received your email and will get back to you within 2 days.": "acknowledgement",
    "Thank you for contacting us.": "acknowledgement",
    "Your request (#4521) has been received": "acknowledgement",
    "Your case number is 00123": "acknowledgement",
    "Nous avons bien reçu votre message.\nNos bureaux sont fermés le week-end.": "acknowledgement",
    "Bien reçu votre message.\nNos bureaux sont ouverts du lundi au vendredi": "acknowledgement",
    "En cas d'absence de réponse, rappelez-nous. Nous avons bien reçu votre demande": "acknowledgement",
}

UNKNOWN = {
    "": "unknown",
    "Bonjour": "unknown",
    "En l'absence de paiement le 15, nous relancerons.": "unknown",
    "Paul a quitté la réunion": "unknown",
    "Please find our new catalogue": "unknown",
    "Nos bureaux sont ouverts du lundi au vendredi": "unknown",
    "Do not reply to this message": "unknown",
}


@pytest.mark.parametrize(("text", "said"), [*ABSENCES.items(), *LEFT.items(), *ACKNOWLEDGED.items(), *UNKNOWN.items()])
def test_what_an_auto_reply_tells(text: str, said: str) -> None:
    assert told(about(auto_reply(text))) == said
    quoted = f"{text}\n\n-----Message d'origine-----\nDe : compta@lumen.example\n\nJe suis absent le 15, a@b.example"
    assert told(about(auto_reply(quoted))) == said


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Absence du bureau : FA-2026-0042 échue le 15/12/2026", "absence"),
        ("Absent jusqu'au 30 novembre Re: FA-2026-0042", "absence ..11-30"),
        ("Je suis en congés du 16 au 27 novembre", "absence 11-16..11-27"),
        ("Out of office, back on Monday", "absence ..11-22 back 11-23"),
        ("Paul Petit has left the company", "left"),
        ("[Ticket #4521] FA-2026-0042", "acknowledgement"),
        ("Réponse automatique : FA-2026-0042", "unknown"),
    ],
)
def test_the_subject_may_tell_it_alone(subject: str, said: str) -> None:
    assert told(about(auto_reply("Merci.", subject))) == said


def test_the_text_goes_before_the_subject() -> None:
    found = about(auto_reply("Bonjour,\nJe suis absente jusqu'au 30.", "Absence du bureau"))
    assert (found.words, found.until) == ("Je suis absente jusqu'au 30.", date(2026, 11, 30))


def test_contacts_are_neither_ours_nor_the_writers() -> None:
    text = (
        "Je suis absent. Contactez paul@client.example, COMPTA@lumen.example, copie@lumen.example, lea@client.example."
        " Merci d'écrire aussi à " + " ".join(f"u{count}@client.example" for count in range(9))
    )
    found = about(auto_reply(text)).contacts
    assert found == ("lea@client.example", *(f"u{count}@client.example" for count in range(4)))
    nobody = Message(identity="1", text="Je suis absent. Contactez lea@client.example")
    assert about(nobody).contacts == ("lea@client.example",)


def test_without_a_date_of_its_own_only_the_day_given_counts() -> None:
    message = Message(identity="1", text="Je suis absent jusqu'au 30.")
    assert about(message) == Absence(AutoReply.ABSENCE, words="Je suis absent jusqu'au 30.")
    assert about(message, date(2026, 12, 31)).until == date(2027, 1, 30)
    assert about(auto_reply("Je suis absent jusqu'au 30."), date(2026, 12, 31)).until == date(2027, 1, 30)


def test_the_words_are_short() -> None:
    found = about(auto_reply("Je suis absent " + "et je voyage " * 100 + "jusqu'au 30 novembre."))
    assert found.words.startswith("Je suis absent et")
    assert len(found.words) <= 160


LONG = 256 * 1024
HOSTILE = [
    "je suis " * (LONG // 8),
    "retour " * (LONG // 7),
    "absent le 15 " * (LONG // 13),
    "a" * LONG,
    "n'est plus " * (LONG // 11),
]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:12] for text in HOSTILE])
def test_hostile_text_takes_time_in_proportion(text: str) -> None:
    start = process_time()
    about(auto_reply(text, text))
    assert process_time() - start < 2
