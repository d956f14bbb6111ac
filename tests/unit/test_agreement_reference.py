"""Coefficients of agreement against plain loops over pairs, on random tables, and where they are undefined."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest

from pipeline.review.agreement.alpha import Metric, krippendorff
from pipeline.review.agreement.bootstrap import draw_clusters, with_interval
from pipeline.review.agreement.coefficient import Weighting
from pipeline.review.agreement.gwet import gwet, percent_agreement
from pipeline.review.agreement.icc import icc_a1
from pipeline.review.agreement.kappa import cohen
from pipeline.review.agreement.plain import prevalence

K = 4
NA = np.nan


def weight(first, second, weighting):
    distance = abs(first - second) / (K - 1)
    return {Weighting.IDENTITY: float(first == second), Weighting.LINEAR: 1 - distance, Weighting.QUADRATIC: 1 - distance**2}[weighting]


def given(row):
    return [int(value) for value in row if not np.isnan(value)]


def slow_kappa(values, weighting):
    pairs = [(int(a), int(b)) for a, b in values[:, :2] if not np.isnan(a) and not np.isnan(b)]
    if not pairs:
        return None
    seen = sum(weight(a, b, weighting) for a, b in pairs) / len(pairs)
    expected = sum(weight(a, b, weighting) for a, _ in pairs for _, b in pairs) / len(pairs) ** 2
    return None if abs(1 - expected) < 1e-12 else (seen - expected) / (1 - expected)


def slow_alpha(values, metric):
    rows = [given(row) for row in values if len(given(row)) > 1]
    pooled = [value for row in rows for value in row]

    def apart(a, b):
        if metric is Metric.NOMINAL:
            return float(a != b)
        if metric is Metric.INTERVAL:
            return float((a - b) ** 2)
        low, high = sorted((a, b))
        return (sum(low <= value <= high for value in pooled) - (pooled.count(a) + pooled.count(b)) / 2) ** 2

    seen = sum(apart(a, b) / (len(row) - 1) for row in rows for a, b in permutations(row, 2))
    expected = sum(apart(a, b) for a, b in permutations(pooled, 2))
    return None if not expected else 1 - (len(pooled) - 1) * seen / expected


def slow_gwet(values, weighting):
    rows = [given(row) for row in values if given(row)]
    pairs = [[weight(a, b, weighting) for a, b in combinations(row, 2)] for row in rows if len(row) > 1]
    shares = [sum(row.count(category) / len(row) for row in rows) / len(rows) for category in range(K)] if rows else []
    if not pairs or max(shares) > 1 - 1e-12:
        return None
    credit = sum(weight(a, b, weighting) for a in range(K) for b in range(K))
    expected = credit / (K * (K - 1)) * sum(share * (1 - share) for share in shares)
    return (np.mean([np.mean(pair) for pair in pairs]) - expected) / (1 - expected)


def slow_icc(values):
    rows = values[~np.isnan(values).any(axis=1)]
    n, m = rows.shape
    if n < 2 or m < 2 or np.ptp(rows) == 0:
        return None
    grand, by_row, by_column = rows.mean(), rows.mean(axis=1), rows.mean(axis=0)
    msr = m * ((by_row - grand) ** 2).sum() / (n - 1)
    msc = n * ((by_column - grand) ** 2).sum() / (m - 1)
    mse = ((rows - by_row[:, None] - by_column + grand) ** 2).sum() / ((n - 1) * (m - 1))
    below = msr + (m - 1) * mse + m * (msc - mse) / n
    return None if abs(below) < 1e-12 else (msr - mse) / below


def table(number):
    """Return one of 50 tables: complete, with missing ratings, with one rater, with one category, and small ones."""
    rng = np.random.default_rng(number)
    n, m = int(rng.integers(1, 40)), int(rng.integers(2, 5))
    values = rng.choice(K, size=(n, m), p=rng.dirichlet([0.5] * K)).astype(float)
    values[:, 1] = np.where(rng.random(n) < 0.6, values[:, 0], values[:, 1])
    if number % 5 == 1:
        values[rng.random(values.shape) < 0.3] = NA
    if number % 5 == 2:
        values[:, 1:] = NA
    if number % 5 == 3:
        values[:] = number % K
    return values


COEFFICIENTS = {
    "kappa": (cohen, slow_kappa, "weighting", Weighting),
    "alpha": (krippendorff, slow_alpha, "metric", Metric),
    "gwet": (gwet, slow_gwet, "weighting", Weighting),
}
CASES = [(name, choice) for name, (_, _, _, choices) in COEFFICIENTS.items() for choice in choices]


@pytest.mark.parametrize(("name", "choice"), CASES)
def test_coefficient_equals_the_plain_loops_on_50_tables(name, choice):
    make, slow, argument, _ = COEFFICIENTS[name]
    for number in range(50):
        same(make(K, **{argument: choice}).of(table(number)), slow(table(number), choice), number)


def test_icc_equals_the_plain_formula_on_50_tables():
    for number in range(50):
        values = table(number)
        same(icc_a1(values.shape[1]).of(values), slow_icc(values), number)


def same(found, expected, number):
    assert (found is None) == (expected is None), (number, found, expected)
    assert found is None or found == pytest.approx(expected, abs=1e-9), number


@pytest.mark.parametrize("values", [np.full((20, 2), 2.0), np.column_stack([np.arange(20) % K, np.full(20, NA)]), np.empty((0, 2))])
def test_what_says_nothing_of_agreement_is_undefined_and_never_one(values):
    for coefficient in (cohen(K), krippendorff(K, metric=Metric.ORDINAL), gwet(K), gwet(K, weighting=Weighting.QUADRATIC), icc_a1(2)):
        assert coefficient.of(values) is None


def test_shares_are_told_with_one_category_too():
    assert percent_agreement(K).of(np.full((20, 2), 2.0)) == 1.0
    assert prevalence(at_least=2).of(np.array([[2, 0], [NA, 3]])) == pytest.approx(2 / 3)
    assert percent_agreement(K).of(np.array([[2, NA]])) is None


def data(clusters=12, size=10, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, K, (clusters * size, 2)).astype(float)
    values[:, 1] = np.where(rng.random(len(values)) < 0.7, values[:, 0], values[:, 1])
    return values, np.repeat(np.arange(clusters), size)


def test_interval_holds_the_figure_and_is_the_same_for_the_same_seed():
    values, clusters = data()
    drawn = draw_clusters(12, draws=500, rng=np.random.default_rng(1))
    first = with_interval(cohen(K), values, clusters=clusters, drawn=drawn)
    again = with_interval(cohen(K), values, clusters=clusters, drawn=draw_clusters(12, draws=500, rng=np.random.default_rng(1)))
    assert first == again
    assert first.low < first.value < first.high


def test_interval_equals_that_of_data_sets_put_together_one_by_one():
    values, clusters = data()
    drawn = draw_clusters(12, draws=200, rng=np.random.default_rng(2))
    one_by_one = []
    for row in drawn:
        picked = np.concatenate([np.flatnonzero(clusters == cluster) for cluster, times in enumerate(row) for _ in range(times)])
        one_by_one.append(krippendorff(K, metric=Metric.ORDINAL).of(values[picked]))
    low, high = np.percentile(one_by_one, [2.5, 97.5])
    found = with_interval(krippendorff(K, metric=Metric.ORDINAL), values, clusters=clusters, drawn=drawn)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


def test_interval_is_wider_when_units_of_a_dyad_are_alike():
    values, clusters = data(clusters=20, size=10)
    alike = values[np.arange(20).repeat(10) * 10]
    widths = []
    for one in (values, alike):
        drawn = draw_clusters(20, draws=500, rng=np.random.default_rng(3))
        found = with_interval(cohen(K), one, clusters=clusters, drawn=drawn)
        widths.append(found.high - found.low)
    assert widths[1] > 1.5 * widths[0]


def test_four_dyads_give_a_figure_and_no_interval():
    values, clusters = data(clusters=4)
    found = with_interval(cohen(K), values, clusters=clusters, drawn=draw_clusters(4, draws=100, rng=np.random.default_rng(1)))
    assert found.value is not None
    assert (found.low, found.high) == (None, None)


def test_figure_that_is_mostly_undefined_when_resampled_has_no_interval():
    values, clusters = np.zeros((60, 2)), np.repeat(np.arange(6), 10)
    values[0] = 1
    found = with_interval(cohen(2), values, clusters=clusters, drawn=draw_clusters(6, draws=300, rng=np.random.default_rng(1)))
    assert found.value == 1.0
    assert found.low is None


def test_one_unit_is_not_enough():
    drawn = draw_clusters(1, draws=10, rng=np.random.default_rng(1))
    assert with_interval(percent_agreement(K), np.array([[1.0, 1.0]]), clusters=np.array([0]), drawn=drawn).value is None
