"""Rated sessions in, model folders out: examples, noise, fitting, calibration, evaluation, export."""
