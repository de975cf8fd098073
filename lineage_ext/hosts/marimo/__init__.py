"""marimo, 0.13 to 0.25: kernels that a browser edits, readers' sessions of one process, exports, and scripts.

marimo has no public hooks, so ``patches`` puts ours around six of its methods; each finds the notebook its call
belongs to by marimo's own context of the thread (``contexts``), and asks that notebook's ``Cells``.

To follow marimo to a new version: the methods are the rows of ``patches.METHODS``, everything else that is read of
marimo is in ``contexts`` and ``dataflow``; run ``make hosts``.
"""
