"""The same query through Python's sqlite3 module, which adds its own cost.

usage: python.py EXTENSION SQL
"""

import sqlite3
import sys

from measure import measure


def main():
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(sys.argv[1])
    measure(lambda: db.execute(sys.argv[2]).fetchall(),
            lambda rows: [value for row in rows for value in row])


main()
