"""The same through the genuine client, unmodified. Imports are not counted.

usage: theirs.py points|experiments; NEPTUNE_PROJECT says where
"""

import os
import sys
import warnings

warnings.simplefilter("ignore")

import neptune_query
import pandas

from measure import measure


def points_answer(frame):
    values = frame.to_numpy().ravel()
    values = values[~pandas.isna(values)]
    return [len(values), float(values.mean())]


def main():
    project = os.environ["NEPTUNE_PROJECT"]
    if sys.argv[1] == "experiments":
        measure(lambda: neptune_query.list_experiments(project=project), sorted)
    else:
        measure(lambda: neptune_query.fetch_metrics(
            project=project, experiments=".*", attributes=".*"), points_answer)


main()
