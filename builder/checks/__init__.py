"""What is wrong in a guide, found before a client finds it.

`run` checks guides, `mend` repairs what is mechanical, `starting` and `importing` write new guides; `rules` is the
table of all rules, from which docs/checks.md is made.
"""
