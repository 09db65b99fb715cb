"""The bench: the main jobs timed beside their physical floor in the same run, printed as ratios.

Absolute times say more about the machine than about us; a ratio to the least that could do the job
says whether we are wasteful, and stays comparable from run to run.
"""
