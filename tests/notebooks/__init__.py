"""Whole notebooks in the styles people write them, each held against coverage and against interventions.

To add a notebook: ``styles/<name>.md``. The first fence, ``python data``, makes frames, which are written as
``<name>.csv`` beside the notebook; every ``python`` fence after it is a cell. The last expression isn't displayed.
``make truth`` prints what is known of each.
"""
