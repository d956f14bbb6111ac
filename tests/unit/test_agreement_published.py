"""Coefficients of agreement against worked examples that others published."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.review.agreement.alpha import Metric, krippendorff
from pipeline.review.agreement.coefficient import Weighting, agreement_weights
from pipeline.review.agreement.gwet import gwet, percent_agreement
from pipeline.review.agreement.icc import icc_a1
from pipeline.review.agreement.kappa import cohen, weighted_kappa

NA = np.nan
KRIPPENDORFF_2011 = (
    np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3],
            [NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA],
        ]
    ).T
    - 1
)
"""Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. Section C: four observers, twelve units, missing values.

The same ratings are `cac.raw4raters` of Gwet's R package irrCAC.
"""
FLEISS_1971 = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031"
)  # fmt: skip
"""Counts of six psychiatrists for the first fifteen patients of Fleiss, J. L. (1971), Psychological Bulletin 76, 378-382, as in irrCAC
(`distrib.6raters`)."""
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
"""Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th edition: 100 pregnancies by two abstractors; irrCAC `cont3x3abstractors`."""
SHROUT_FLEISS_1979 = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
"""Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations. Psychological Bulletin 86, 420-428, table 2."""


def units(table):
    """Return a contingency table as one row a unit."""
    return np.array([(r, c) for r, row in enumerate(table) for c, n in enumerate(row) for _ in range(n)], dtype=float)


def spread(counts):
    """Return counts by category as one row a unit, whatever the order of the raters."""
    return np.array([[category for category, n in enumerate(unit) for _ in range(int(n))] for unit in counts.split()], dtype=float)


@pytest.mark.parametrize(("metric", "published"), [(Metric.NOMINAL, 0.743), (Metric.ORDINAL, 0.815), (Metric.INTERVAL, 0.849)])
def test_alpha_equals_krippendorff_2011(metric, published):
    assert round(krippendorff(5, metric=metric).of(KRIPPENDORFF_2011), 3) == published


def test_alpha_and_ac1_equal_those_of_the_package_of_gwet_with_missing_ratings():
    assert round(krippendorff(5, metric=Metric.NOMINAL).of(KRIPPENDORFF_2011), 5) == 0.74342
    assert round(gwet(5).of(KRIPPENDORFF_2011), 5) == 0.77544
    assert round(percent_agreement(5).of(KRIPPENDORFF_2011), 7) == 0.8181818


def test_alpha_and_ac1_equal_those_of_the_package_of_gwet_with_six_raters():
    ratings = spread(FLEISS_1971)
    assert round(krippendorff(5, metric=Metric.NOMINAL).of(ratings), 7) == 0.4204384
    assert round(gwet(5).of(ratings), 7) == 0.4448007


def test_ac1_ac2_and_kappa_equal_the_handbook_of_gwet():
    ratings = units(ABSTRACTORS)
    assert round(gwet(3).of(ratings), 7) == 0.8493305
    assert round(gwet(3, weighting=Weighting.LINEAR).of(ratings), 3) == 0.900
    assert round(gwet(3, weighting=Weighting.QUADRATIC).of(ratings), 3) == 0.940
    assert round(cohen(3).of(ratings), 7) == 0.7964094
    assert round(krippendorff(3, metric=Metric.NOMINAL).of(ratings), 7) == 0.7972585
    assert percent_agreement(3).of(ratings) == pytest.approx(0.89, abs=1e-12)


def test_kappa_and_weighted_kappa_equal_cohen_1968():
    """Cohen, J. (1968). Weighted kappa. Psychological Bulletin 70, 213-220, table 1, with its weights of disagreement."""
    shares = np.array([[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]])
    disagreement = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    assert round(float(weighted_kappa(shares, agreement_weights(3, Weighting.IDENTITY))), 3) == 0.492
    assert round(float(weighted_kappa(shares, 1 - disagreement / 6)), 3) == 0.348


def test_kappa_equals_the_textbook_of_fleiss():
    """Fleiss, J. L. (1981). Statistical Methods for Rates and Proportions, 2nd edition, table 13.1: 100 patients, kappa .68."""
    assert round(cohen(3).of(units([[75, 1, 4], [5, 4, 1], [0, 0, 10]])), 2) == 0.68


def test_icc_equals_shrout_and_fleiss_1979():
    assert round(icc_a1(4).of(SHROUT_FLEISS_1979), 2) == 0.29
