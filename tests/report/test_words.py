import pytest

from seisweave.report.words import (
    chance_words,
    instant_words,
    place_words,
    prose,
    span_words,
    times_words,
    two_digits,
)


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.0, "less than 0.01 %"),
        (0.0000999, "less than 0.01 %"),
        (0.0001, "0.01 %"),
        (0.00033, "0.033 %"),
        (0.0996, "10 %"),
        (0.5, "50 %"),
        (0.984, "98 %"),
        (0.9999, "99.99 %"),
        (0.99995, "more than 99.99 %"),
        (1.0, "more than 99.99 %"),
        (float("nan"), "not known"),
    ],
)
def test_a_chance_is_never_nought_nor_certain(chance, said):
    assert chance_words(chance) == said


def test_words_of_chances_keep_their_order():
    """No chance is told as less than a smaller one."""
    figures = [float(chance_words(k / 20_000).removesuffix(" %").split()[-1]) for k in range(2, 20_000)]
    assert figures == sorted(figures)


@pytest.mark.parametrize(
    ("now", "usual", "said"),
    [(0.5, 0.0, ""), (float("nan"), 0.5, ""), (0.63, 0.0033, "190 times"), (0.2, 0.1, "2 times"), (0.1, 0.1, "about")],
)
def test_times(now, usual, said):
    assert times_words(now, usual) == said


def test_spans_are_singular_and_plural():
    assert [span_words(days) for days in (1 / 24, 2 / 24, 1.0, 2.0, 3.0)] == [
        "1 hour",
        "2 hours",
        "24 hours",
        "2 days",
        "3 days",
    ]


def test_two_digits_has_no_exponent():
    assert [two_digits(value) for value in (1e-7, 0.0996, 9.96, 123456.0)] == ["0.0000001", "0.1", "10", "120,000"]


def test_instants_are_to_the_minute():
    import numpy as np

    assert instant_words(np.datetime64("2019-07-06T03:59:59.9", "us")) == "6 July 2019 03:59 UTC"
    assert instant_words(np.datetime64("NaT", "us")) == "a time not known"


def test_places_have_hemispheres():
    assert place_words(0.04, -0.04) == "0.0° S 0.0° E"
    assert place_words(-170.0, 52.3) == place_words(190.0, 52.3) == "52.3° N 170.0° W"


def test_prose_is_escaped():
    assert prose('<b>"M 5"</b>') == "&lt;b&gt;&quot;M&nbsp;5&quot;&lt;/b&gt;"
