"""A budget is read, needs a price for money, and is never passed."""

from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.extractors.chat.asking import NotAllowed, Usage
from isthmus.service.budget import LONGEST_ANSWER, Account, BadBudget, Budget, Price


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("20000", Budget(20_000)),
        ("20_000 tokens", Budget(20_000)),
        ("1token", Budget(1)),
        ("0.50usd", Budget(money=0.5)),
        (".5 USD", Budget(money=0.5)),
        ("3usd,1000", Budget(1000, 3.0)),
        ("0", Budget(0)),
    ],
)
def test_a_budget_is_tokens_or_money_or_both(text, budget):
    assert Budget.parse(text) == budget


@pytest.mark.parametrize("text", ["", "lots", "1.5", "-3", "5eur", "1usd,2usd", "10,20", "nan", "1e9", "inf usd"])
def test_what_is_no_budget_is_refused_with_an_example(text):
    with pytest.raises(BadBudget, match=r"0\.50usd"):
        Budget.parse(text)


def test_money_needs_a_price():
    with pytest.raises(BadBudget, match="ISTHMUS_LLM_INPUT_PRICE"):
        Budget(money=1.0).need(Price())
    Budget(money=1.0).need(Price(output=2.0))
    Budget(tokens=1).need(Price())


requests = st.lists(st.tuples(st.integers(0, 5_000), st.none() | st.integers(0, LONGEST_ANSWER)), max_size=30)


@given(st.integers(0, 50_000), st.floats(0, 1), requests)
def test_no_row_of_requests_passes_the_budget(tokens, money, sent):
    price = Price(2.0, 10.0)
    account = Account(Budget(tokens, money), price)
    for prompt, answer in sent:
        try:
            account.admit(prompt)
        except NotAllowed:
            break
        account.charge(prompt, None if answer is None else Usage(prompt, answer))
    assert account.spent.total <= tokens
    assert account.money <= money


def test_an_account_that_stopped_lets_nothing_through():
    account = Account(Budget(1_000_000), Price())
    account.stop("the model's server answered 401")
    with pytest.raises(NotAllowed, match="401"):
        account.admit(1)
    assert account.requests == 0


def test_threads_that_share_an_account_never_pass_its_budget_together():
    account = Account(Budget(3 * LONGEST_ANSWER), Price())
    most: list[int] = []

    def ask() -> None:
        try:
            account.admit(100)
        except NotAllowed:
            return
        most.append(account.most_spent.total)
        account.charge(100, Usage(100, 50))

    threads = [Thread(target=ask) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert account.requests == 40
    assert account.spent == Usage(4_000, 2_000)
    assert max(most) <= 3 * LONGEST_ANSWER
    assert account.most_spent == account.spent


def test_who_waits_for_room_is_sent_away_when_the_account_stops():
    account = Account(Budget(LONGEST_ANSWER + 100), Price())
    account.admit(50)
    refused: list[str] = []

    def ask() -> None:
        try:
            account.admit(50)
        except NotAllowed as reason:
            refused.append(str(reason))

    waiting = Thread(target=ask)
    waiting.start()
    account.stop("the time is spent")
    waiting.join(20)
    assert refused == ["the time is spent"]


def test_a_request_that_cost_nothing_makes_room_again():
    account = Account(Budget(LONGEST_ANSWER + 100), Price())
    for _ in range(5):
        account.admit(50)
        account.charge(50, Usage())
    assert (account.requests, account.most_spent) == (5, Usage())
