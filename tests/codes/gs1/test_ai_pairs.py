import pytest

from codes.gs1 import Why
from codes.gs1.ai_pairs import NEVER_IN_QUERY, QUALIFIERS, fault, in_order
from codes.gs1.ai_values import look_up


@pytest.mark.parametrize(
    ("together", "apart", "why"),
    [
        ("01 10", "00 10", Why.NEEDS),
        ("01 17", "8004 17", Why.NEEDS),
        ("255 17", "8017 17", Why.NEEDS),
        ("415 8020 12", "01 12", Why.NEEDS),
        ("00 02 37", "00 02", Why.NEEDS),
        ("00 02 37 10", "00 37", Why.NEEDS),
        ("01 3103 3922", "01 3922", Why.NEEDS),
        ("01 30 3932", "01 3932", Why.NEEDS),
        ("01 21 250", "01 250", Why.NEEDS),
        ("01 422 427", "01 427", Why.NEEDS),
        ("00 4302 4303", "00 4303", Why.NEEDS),
        ("01 21 8030", "01 8030", Why.NEEDS),
        ("8004 8030", "8010 8030", Why.NEEDS),
        ("8018 7259 7258", "8018 7258", Why.NEEDS),
        ("414 254", "417 254", Why.NEEDS),
        ("415 8020", "415", Why.NEEDS),
        ("01 3103 3202", "01 3103 3102", Why.EXCLUDES),
        ("01 3103 3922", "01 3103 3922 3932", Why.EXCLUDES),
        ("00 3302", "00 3302 3303", Why.EXCLUDES),
        ("01 21", "01 21 235", Why.EXCLUDES),
        ("01 422", "01 422 426", Why.EXCLUDES),
        ("01 20", "01 37 20", Why.EXCLUDES),
        ("8006 21", "8006 01 21", Why.EXCLUDES),
        ("00 4330 4332", "00 4330 4331", Why.EXCLUDES),
        ("8017 7241", "8017 8018 7241", Why.EXCLUDES),
    ],
)
def test_ais_that_fit_pass_and_those_that_do_not_say_why(together, apart, why):
    assert fault(together.split()) is None
    ai, found, other = fault(apart.split())
    assert found is why
    assert ai in apart.split()
    assert other


def test_qualifiers_keep_the_order_of_their_chain():
    chain = ("22", "10", "21")
    assert all(in_order(ais, chain) for ais in ((), ("22",), ("10", "21"), ("22", "21"), chain))
    assert not any(in_order(ais, chain) for ais in (("10", "22"), ("10", "10"), ("235",), (*chain, "21")))


def test_the_tables_name_only_assigned_ais():
    named = {*QUALIFIERS, *NEVER_IN_QUERY, *(ai for chains in QUALIFIERS.values() for chain in chains for ai in chain)}
    assert all(look_up(ai) for ai in named)
