"""The chronicle: what became of each issue, what went wrong on the way, and what all of it comes to in figures.

`past.py` has what it is made from and what it is, `acts.py` puts acts in order, `courses.py` has the way of each issue,
`mishaps.py` what went wrong, `mending.py` what would help, `figures.py` the sums over a span of time, `reporting.py`
the report; `words.py` has the words, `lines.py`, `markdown.py` and `html.py` write.
"""
