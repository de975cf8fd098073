"""Real consumers on loopback, each in an environment of its own: ``make consumers``. Not part of ``make test``.

To add one: a file that starts it and asks it, called by ``__main__``; its package in the Makefile.
"""
