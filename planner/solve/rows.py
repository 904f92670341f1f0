"""What the rows of the flat arrays mean (``arrays.py``); numbers, so that the compiled code has them for nothing.

Rows of varying length lie one behind the other: those of i are at the places ``X_FROM[i]`` to ``X_FROM[i + 1]`` of X.
"""

# Layers of ``clocks``, each per specialist: team tick of a start and of a finish at each own tick; own ticks before
# each team tick.
START, FINISH, OWN = range(3)
# Rows of ``data``, which never changes. ``SIZES`` has at its first places
PEOPLE, ITEMS, TASKS = range(3)
# Then tasks and their choices (``planner.instance.Choice``); tasks that other hands must do; what a task waits for, and
# what waits for it (``SOME``: only while the item waits for that alternative); items: tasks, each after those it
# follows, tasks that can be the last, what they require, alternatives, who requires them, whose alternative they
# are, what cannot be in with them, shares with a maximum that count them, who may do something of them.
SIZES, ITEM, EARLIEST, LATEST, WAIT, DATED, CHOICE_FROM, WHO, DURATION, COST, FIRST, LAST, APART_FROM, APART = range(14)
BEFORE_FROM, BEFORE, BEFORE_GAP, BEFORE_SOME, AFTER_FROM, AFTER, AFTER_GAP, AFTER_SOME = range(14, 22)
TASKS_FROM, TASKS_OF, ENDS_FROM, ENDS, REQUIRES_FROM, REQUIRES, ANY_FROM, ANY_OF, ANY_LAG, ASKS_ANY = range(22, 32)
FOLLOWERS_FROM, FOLLOWERS, WAITERS_FROM, WAITERS, RIVALS_FROM, RIVALS, SHARES_FROM, SHARES = range(32, 40)
PEOPLE_FROM, PEOPLE_OF, MOVABLE, EFFORT, LATE_COST, DUE_DAYS = range(40, 46)
# Rows of ``state``, which changes. Per task: its choice (-1 while it is out), earliest and latest own start, and its
# neighbours in the specialist's sequence (-1 at the ends). Per specialist: first task, hours left. Per share: effort
# left. Per item: in the schedule, with tasks; the alternative it waits for (-1 without one).
CHOICE, EARLY, LATE, NEXT, PREVIOUS, TOP, LEFT, ROOM, INSIDE, ALTERNATIVE = range(10)
SCHEDULE = 10  # rows that a schedule consists of; then room to work in
# Tasks whose starts may move, and behind each queue whether a task is in it; items that leave, and that are needed.
FORWARD, FORWARD_WAITS, BACKWARD, BACKWARD_WAITS, FOUND, NEEDED = range(SCHEDULE, 16)
STATE_ROWS = 16
