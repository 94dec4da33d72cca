"""The loop: what a repository's agent does next by itself, and why; decided from what is known, carried out elsewhere.

`machine.py` has the states and what leads from one to another, `deciding.py` what is to be done as things stand, with
`holding.py` for a claim and `seeking.py` for none, `troubles.py` what is done about each thing that goes wrong,
`record.py` what is remembered over restarts.
"""
