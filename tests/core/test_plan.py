import tomllib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relancier.core.case import Role, Signer
from relancier.core.plan import Base, Channel, Moment, Plan, When, parse

CALL = '[[step]]\nid = "call"\nat = "J+1"\nchannel = "call"\nto = "sales"\n'


def read(toml: str) -> Plan:
    plan, problems = parse("mine", tomllib.loads(toml), "mine.toml")
    assert problems == []
    assert plan is not None
    return plan


def step(keys: str) -> str:
    """A step that is right but for what `keys` say."""
    rest = {"id": '"a"', "at": '"J+3"', "channel": '"email"', "template": '"reminder-1"', "to": '"accounting"'}
    written = tomllib.loads(keys)
    if written.keys() & {"after", "every"}:
        del rest["at"]
    return (
        "[[step]]\n"
        + "\n".join(f"{key} = {value}" for key, value in rest.items() if key not in written)
        + f"\n{keys}\n"
    )


def problems_of(toml: str) -> list[str]:
    plan, problems = parse("mine", tomllib.loads(toml), "mine.toml")
    assert plan is None
    return [str(problem) for problem in problems]


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_a_full_step_is_read_key_by_key() -> None:
    plan = read(
        """
        title = "Mon plan"
        language = "fr"
        [[step]]
        id = "call"
        at = "J-2"
        channel = "call"
        to = ["sales"]
        [[step]]
        id = "recap"
        at = "D+4"
        channel = ["email", "letter"]
        template = "recap"
        from = "account_manager"
        to = ["accounting", "sales"]
        to_all = true
        cc = "management"
        when = "call_recorded"
        proof = true
        approval = true
        instalments = true
        suspension = true
        title = "Récapituler l'appel"
        """
    )
    recap = plan.step("recap")
    assert recap is not None
    assert (plan.name, plan.title, plan.language) == ("mine", "Mon plan", "fr")
    assert recap.moment == Moment(Base.DUE, days(4))
    assert recap.moment.days == 4
    assert recap.channels == (Channel.EMAIL, Channel.LETTER)
    assert recap.template == "recap"
    assert recap.signer is Signer.ACCOUNT_MANAGER
    assert (recap.to, recap.to_all, recap.cc) == ((Role.ACCOUNTING, Role.SALES), True, (Role.MANAGEMENT,))
    assert recap.when == When.CALL_RECORDED
    assert (recap.proof, recap.approval, recap.instalments, recap.suspension) == (True, True, True, True)
    assert recap.title == "Récapituler l'appel"


def test_what_is_left_out_has_its_documented_value() -> None:
    plan = read(step(""))
    only = plan.steps[0]
    assert (plan.title, plan.language) == ("mine", "")
    assert (only.signer, only.to_all, only.cc, only.when) == (Signer.SUPPLIER, False, (), "")
    assert not any((only.proof, only.approval, only.instalments, only.suspension, only.title, only.formal_notice))
    assert plan.step("another") is None


@pytest.mark.parametrize(
    ("at", "base", "offset"),
    [
        ("J-2", Base.DUE, -2),
        ("J\u22122", Base.DUE, -2),
        ("J", Base.DUE, 0),
        ("J0", Base.DUE, 0),
        ("j+0", Base.DUE, 0),
        ("D+10", Base.DUE, 10),
        ("D - 1", Base.DUE, -1),
        ("S+2", Base.START, 2),
        ("S", Base.START, 0),
    ],
)
def test_days_count_from_the_due_date_or_the_start(at: str, base: Base, offset: int) -> None:
    assert read(step(f'at = "{at}"')).steps[0].moment == Moment(base, days(offset))


@pytest.mark.parametrize(
    ("after", "offset"), [("8d", days(8)), ("48h", days(2)), ("1 D", days(1)), ("30h", timedelta(hours=30))]
)
def test_after_counts_from_the_previous_step(after: str, offset: timedelta) -> None:
    plan = read(CALL + step(f'after = "{after}"'))
    assert plan.steps[1].moment == Moment(Base.PREVIOUS, offset)


def test_every_becomes_as_many_steps_each_with_its_template() -> None:
    plan = read(step('at = "J+4"\nevery = "14d"\ntimes = 3\ntemplate = ["one", "two", "three"]'))
    again = Moment(Base.PREVIOUS, days(14))
    assert [(item.id, item.moment, item.template) for item in plan.steps] == [
        ("a-1", Moment(Base.DUE, days(4)), "one"),
        ("a-2", again, "two"),
        ("a-3", again, "three"),
    ]


def test_every_without_a_day_follows_the_step_before_and_shares_one_template() -> None:
    plan = read(CALL + step('every = "24h"\ntimes = 2'))
    assert [(item.moment.offset, item.template) for item in plan.steps[1:]] == [(days(1), "reminder-1")] * 2


def test_one_repeat_is_the_step_itself() -> None:
    assert [item.id for item in read(step('at = "J+4"\nevery = "14d"\ntimes = 1')).steps] == ["a"]


def test_a_formal_notice_waits_for_a_person_unless_told() -> None:
    assert read(step('template = "formal-notice"')).steps[0].approval
    assert read(step('template = "formal-notice"')).steps[0].formal_notice
    assert not read(step('template = "formal-notice"\napproval = false')).steps[0].approval
    repeated = read(step('every = "1d"\ntimes = 2\nat = "J+1"\ntemplate = ["reminder-1", "formal-notice"]')).steps
    assert [item.approval for item in repeated] == [False, True]


def test_two_steps_may_share_a_day_and_tasks_need_no_recipient() -> None:
    legal = '[[step]]\nid = "legal"\nat = "J+3"\nchannel = "legal"\n'
    task = '[[step]]\nid = "task"\nat = "J+3"\nchannel = "task"\ntitle = "Vérifier"\n'
    assert [item.id for item in read(step("") + task + legal).steps] == ["a", "task", "legal"]


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("", "mine.toml: step: A plan needs at least one [[step]]."),
        ("step = []", "mine.toml: step: A plan needs at least one [[step]]."),
        ("step = [3]", "mine.toml: step: Write each step under [[step]], with two brackets."),
        ('[step]\nid = "a"', "mine.toml: step: Write each step under [[step]], with two brackets."),
        ("title = 3\n" + step(""), "mine.toml: title: Write a text in quotes instead of 3."),
        ('titel = "a"\n' + step(""), 'mine.toml: titel: This key is not known; the nearest is "title".'),
        ("xyz = 1\n" + step(""), "mine.toml: xyz: This key is not known; use one of title, language, step."),
        ('language = "../fr"\n' + step(""), 'mine.toml: language: Write a language such as "fr"'),
        (step('chanel = "email"'), 'mine.toml: step[1].chanel: This key is not known; the nearest is "channel".'),
        (step('id = ""'), 'mine.toml: step[1].id: Write a name (letters, digits, - and _ only) instead of "".'),
        (step('id = "a|b"'), 'mine.toml: step[1].id: Write a name (letters, digits, - and _ only) instead of "a|b".'),
        (step("at = 3"), "mine.toml: step[1].at: Write a text in quotes instead of 3."),
        (step('at = "J+"'), 'mine.toml: step[1].at: Write a day such as "J-2", "J0", "J+10" or "S+2" instead of "J+".'),
        (step('at = "J+\u0663"'), 'mine.toml: step[1].at: Write a day such as "J-2"'),
        (step('at = "J+12345"'), 'mine.toml: step[1].at: Write a day such as "J-2"'),
        (step('at = "S-1"'), "mine.toml: step[1].at: Days that count from the start of the plan cannot lie before it"),
        (CALL + step('after = "8"'), 'mine.toml: step[2].after: Write days or hours such as "8d" or "48h" instead '),
        (CALL + step('after = "0d"'), 'mine.toml: step[2].after: Write days or hours such as "8d" or "48h" instead '),
        (CALL + step("after = true"), 'mine.toml: step[2].after: Write days or hours such as "8d" or "48h" instead '),
        (CALL + step('after = "1d"\nat = "J+3"'), "mine.toml: step[2].after: Give either at or after, not both."),
        (step('after = "8d"'), "mine.toml: step[1].at: The first step has none before it; give it a day"),
        (step('every = "8d"\ntimes = 2'), "mine.toml: step[1].at: The first step has none before it; give it a day"),
        (step('at = "J"\nevery = "14d"'), "mine.toml: step[1].times: A plan must end: say how many times"),
        (step('at = "J"\ntimes = 2'), "mine.toml: step[1].every: Say how far apart the repeats are"),
        (step('at = "J"\nevery = "1d"\ntimes = 0'), "mine.toml: step[1].times: Write a number from 1 to 12"),
        (step('at = "J"\nevery = "1d"\ntimes = 13'), "mine.toml: step[1].times: Write a number from 1 to 12"),
        (step('at = "J"\nevery = "1d"\ntimes = "3"'), "mine.toml: step[1].times: Write a number from 1 to 12"),
        (step('at = "J"\nevery = "1d"\ntimes = true'), "mine.toml: step[1].times: Write a number from 1 to 12"),
        (step('at = "J"\nevery = 14\ntimes = 3'), 'mine.toml: step[1].every: Write days or hours such as "8d"'),
        (step('channel = "mail"'), 'mine.toml: step[1].channel: "mail" is not known; the nearest is "email".'),
        (step('channel = "fax"'), 'mine.toml: step[1].channel: "fax" is not known; use one of email, call, sms, '),
        (step("channel = []"), "mine.toml: step[1].channel: Say how the step reaches the customer: email, call, sms"),
        (step("channel = [1]"), "mine.toml: step[1].channel: Write a text in quotes, or a list of them, instead of "),
        (step('channel = ["email", "email"]'), 'mine.toml: step[1].channel: "email" stands twice; write it once.'),
        (step('template = "../x"'), 'mine.toml: step[1].template: "../x" is not a template\'s name (letters, digits'),
        (step("template = 1"), "mine.toml: step[1].template: Write a text in quotes, or a list of them, instead of 1."),
        (step('template = ["a", "b"]'), "mine.toml: step[1].template: Give one template, or as many as there are "),
        (step('from = "boss"'), 'mine.toml: step[1].from: "boss" is not known; use one of supplier, account_manager, '),
        (step('from = ["supplier"]'), "mine.toml: step[1].from: Write one text in quotes, not a list."),
        (step('to = ["acounting"]'), 'mine.toml: step[1].to: "acounting" is not known; the nearest is "accounting".'),
        (step("to = []"), "mine.toml: step[1].to: Say who receives it: accounting, sales, management."),
        (step('to_all = "yes"'), 'mine.toml: step[1].to_all: Write true or false, without quotes, instead of "yes".'),
        (step('when = "called"'), 'mine.toml: step[1].when: "called" is not known; '),
        (step('when = "call_recorded"'), "mine.toml: step[1].when: No step before this one is a call"),
        (CALL + CALL, 'mine.toml: step[2].id: "call" is the name of an earlier step; give each step its own.'),
        (step('id = "c-2"') + step('id = "c"\nevery = "1d"\ntimes = 2'), 'mine.toml: step[2].id: "c-2" is the name '),
        (step("") + CALL, "mine.toml: step[2].at: This day lies before that of an earlier step"),
        (CALL + step('at = "tomorrow"'), 'mine.toml: step[2].at: Write a day such as "J-2"'),
        (step('at = "tomorrow"') + CALL, 'mine.toml: step[1].at: Write a day such as "J-2"'),
    ],
)  # fmt: skip
def test_each_mistake_is_one_sentence_with_its_place(toml: str, problem: str) -> None:
    found = problems_of(toml)
    assert len(found) == 1, found
    assert found[0].startswith(problem)


@pytest.mark.parametrize("key", ["id", "at", "channel", "template", "to"])
def test_what_a_step_needs_is_asked_for(key: str) -> None:
    lines = [line for line in step("").splitlines() if not line.startswith(f"{key} =")]
    found = problems_of("\n".join(lines))
    assert len(found) == 1, found
    assert found[0].startswith(f"mine.toml: step[1].{key}: ")


def test_a_long_value_is_shown_cut_short() -> None:
    long = "x" * 80
    assert problems_of(step(f'title = "{long}"\nproof = "{long}"')) == [
        f'mine.toml: step[1].proof: Write true or false, without quotes, instead of "{long[:56]}....'
    ]


def test_a_task_says_what_is_to_be_done() -> None:
    assert problems_of('[[step]]\nid = "a"\nat = "J"\nchannel = "task"') == [
        "mine.toml: step[1].title: A task needs a title, so that the colleague knows what to do."
    ]


def test_nothing_follows_the_legal_step() -> None:
    legal = '[[step]]\nid = "legal"\nat = "J+1"\nchannel = "legal"\n'
    assert problems_of(legal + step("")) == [
        "mine.toml: step[2].channel: Nothing follows the legal step; move this step before it, or take it out."
    ]


def test_days_from_the_due_date_and_from_the_start_are_not_compared() -> None:
    assert len(read(CALL + step('at = "S+0"')).steps) == 2


def test_every_mistake_is_told_at_once() -> None:
    toml = 'lang = "fr"\n' + step('at = "tomorrow"\nto_al = true') + step('channel = "pigeon"\nto = "boss"')
    places = [problem.split(": ")[1] for problem in problems_of(toml)]
    assert places == ["lang", "step[1].to_al", "step[1].at", "step[2].channel", "step[2].to", "step[2].id"]


plain = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "J+3", "8d", "email", "sales", "é|"])
values = plain | st.lists(plain, max_size=2) | st.dictionaries(st.just("id"), plain, max_size=1)
keys = st.sampled_from(
    ["id", "at", "after", "every", "times", "channel", "template", "from", "to", "cc", "when", "title", "proof", "x"]
)


@given(values, values, values | st.lists(st.dictionaries(keys, values, max_size=6), max_size=3))
def test_no_table_whatever_makes_parsing_fail(title: object, language: object, steps: object) -> None:
    plan, problems = parse("any", {"title": title, "language": language, "step": steps}, "any.toml")
    assert (plan is None) == bool(problems)
    assert all(problem.text.endswith(".") for problem in problems)
