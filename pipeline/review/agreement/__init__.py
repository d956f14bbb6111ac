"""How far raters agree: coefficients with bootstrap intervals, and the table for a reliability section.

`kappa`, `alpha`, `gwet`, `icc` and `plain` make coefficients; `bootstrap` puts intervals on them; `sources` reads ratings, `units` lines
them up unit by unit, `report` computes all figures and `text` writes them out. What is undefined is told as "not enough", never as 1.
"""
