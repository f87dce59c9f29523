"""neptune_query: attributes listed, tables of experiments and runs."""

import re
import warnings
from datetime import datetime

import neptune_query as nq
import neptune_query.experimental as nq_global
import neptune_query.runs as nq_runs
from neptune_query.exceptions import (AttributeTypeInferenceError,
                                      ConflictingAttributeTypes)
from neptune_query.filters import Attribute, AttributeFilter, Filter

import frames
import odd
from world import (ODD, PROJECTS, SAMPLE, Judged, add_cases, by_custom_id,
                   by_experiment)

# The contract's list; a server may have more of them.
SYS = {"sys/" + name for name in (
    "id custom_run_id name creation_time modification_time ping_time owner "
    "tags group_tags failed archived trashed family description "
    "running_time_seconds diagnostics/project_uuid diagnostics/run_uuid "
    "experiment/name experiment/is_head experiment/running_time_seconds "
    "forking/parent forking/step forking/depth").split()}


def logged(names):
    return [name for name in names if not name.startswith("sys/")]


def paths(runs, wanted=lambda path, type_: True):
    """Sorted names of attributes outside sys/ that the runs have."""
    return sorted({path for run in runs
                   for path, (type_, _) in run.attributes().items()
                   if not path.startswith("sys/") and wanted(path, type_)})


def found_in(pattern):
    return lambda path, type_: re.search(pattern, path) is not None


class ListAttributes(Judged):

    def test_every_attribute_of_every_experiment(self):
        for project in (SAMPLE, ODD):
            found = nq.list_attributes(project=project.name)
            self.assertEqual(logged(found), paths(project.heads()))
            self.assertLessEqual(SYS, set(found))

    def test_every_attribute_of_every_run(self):
        for project in (SAMPLE, ODD):
            found = nq_runs.list_attributes(project=project.name)
            self.assertEqual(logged(found), paths(project.runs))
            self.assertLessEqual(SYS, set(found))

    def test_regex_is_searched(self):
        self.assertEqual(
            logged(nq.list_attributes(attributes="on")),
            paths(SAMPLE.heads(), found_in("on")))

    def test_extended_regex(self):
        self.assertEqual(
            nq.list_attributes(attributes=r"^config & !a & !s$ | loss$ & /"),
            paths(SAMPLE.heads(), lambda path, _: (
                path.startswith("config") and "a" not in path
                and not path.endswith("s")) or path.endswith("loss")))

    def test_exact_names_of_every_odd_sort(self):
        self.assertEqual(
            nq_runs.list_attributes(project=ODD.name,
                                    attributes=odd.ODD_PATHS + ["no such"]),
            sorted(odd.ODD_PATHS))

    def test_exact_names_in_small_filters(self):
        for path in odd.ODD_PATHS:
            self.assertEqual(
                nq.list_attributes(project=ODD.name, attributes=[path]),
                [path])

    def test_of_experiments_by_name(self):
        self.assertEqual(
            nq.list_attributes(project=ODD.name, experiments=["alpha"],
                               attributes=r"^(m|config)/"),
            paths([ODD.experiment("alpha")]))

    def test_inherited_series_but_no_inherited_parameters(self):
        self.assertEqual(
            nq_runs.list_attributes(project=ODD.name, runs=["d-fork"],
                                    attributes="^(m|config)/"),
            ["config/depth", "m/loss", "m/none", "m/only-root"])

    def test_of_runs_by_filter(self):
        self.assertEqual(
            logged(nq_runs.list_attributes(
                project=ODD.name, runs=Filter.eq("sys/owner", "bulk-bot"))),
            paths([r for r in ODD.runs if r.value("bulk/n") is not None]))

    def test_of_an_empty_selection(self):
        self.assertEqual(
            nq.list_attributes(project=ODD.name, experiments=["no such"]),
            [])

    def test_of_an_experiment_that_logged_nothing(self):
        found = nq.list_attributes(project=ODD.name, experiments=["empty"])
        self.assertEqual(logged(found), [])
        self.assertIn("sys/name", found)

    def test_alternatives_of_filters(self):
        found = nq.list_attributes(
            project=ODD.name,
            attributes=AttributeFilter(name="^num/", type="int")
            | AttributeFilter(name=["flag", "num/float"],
                              type=["bool", "string"]))
        self.assertEqual(found, ["flag", "num/big", "num/int"])


def type_case(self, type_):
    found = nq.list_attributes(
        project=ODD.name, attributes=AttributeFilter(type=type_))
    self.assertEqual(logged(found),
                     paths(ODD.heads(), lambda path, kind: kind == type_))
    self.assertTrue(found)


add_cases(ListAttributes,
          {f"of_type_{name}": (name,) for name in (
              "int float string bool datetime string_set "
              "float_series").split()}, type_case)


class Tables(Judged):
    """fetch_experiments_table and fetch_runs_table."""

    def judge_table(self, frame, runs, label, wanted):
        rows = frames.rows(frame)
        self.assertEqual(sorted(name for name, _ in rows),
                         sorted(map(label, runs)))
        by_label = dict(rows)
        for run in runs:
            self.assertEqual(by_label[label(run)],
                             frames.expected_row(run, wanted), run)

    def test_parameters_by_regex(self):
        self.judge_table(
            nq.fetch_experiments_table(
                attributes=AttributeFilter(
                    name="^config/ & !seed", type=[
                        "int", "float", "bool", "string", "string_set",
                        "datetime"])),
            SAMPLE.heads(), by_experiment,
            lambda path, _: path.startswith("config/") and "seed" not in path)

    def test_last_values_of_series(self):
        self.judge_table(
            nq.fetch_experiments_table(attributes="^metrics/"),
            SAMPLE.heads(), by_experiment,
            lambda path, _: path.startswith("metrics/"))

    def test_runs_by_regex(self):
        self.judge_table(
            nq_runs.fetch_runs_table(attributes="results|config/lr$"),
            SAMPLE.runs, by_custom_id,
            lambda path, _: re.search("results|config/lr$", path))

    def test_exact_names_come_with_the_search(self):
        names = ["config/lr", "config/features", "config/augment",
                 "config/data_snapshot", "config/optimizer",
                 "config/hidden_units", "metrics/val/loss", "no such"]
        self.judge_table(
            nq_runs.fetch_runs_table(attributes=names), SAMPLE.runs,
            by_custom_id, lambda path, _: path in names)

    def test_edges_of_every_type_by_exact_names(self):
        names = ["num/float", "text/any", "text/long", "flag", "when",
                 "labels", "m/finite", "m/zero"]
        runs = [run for run in ODD.heads() if run.experiment[:4] == "edge"]
        self.judge_table(
            nq.fetch_experiments_table(
                project=ODD.name, experiments="^edge", attributes=names),
            runs, by_experiment, lambda path, _: path in names)

    def test_edges_of_every_type_by_regex(self):
        pattern = "^(num/float|text/|flag|when|labels|m/finite|m/zero)"
        runs = [run for run in ODD.heads() if run.experiment[:4] == "edge"]
        self.judge_table(
            nq.fetch_experiments_table(
                project=ODD.name, experiments="^edge", attributes=pattern),
            runs, by_experiment,
            lambda path, _: re.search(pattern, path))

    def test_integers_of_64_bits(self):
        for name in ("edge-1", "edge-2"):
            for attributes in (["num/int", "num/big"], "^num/(int|big)$"):
                frame = nq_runs.fetch_runs_table(
                    project=ODD.name, runs=[name], attributes=attributes)
                run = ODD.run(name)
                for path in ("num/int", "num/big"):
                    self.assertEqual(int(frame[path].iloc[0]),
                                     run.value(path))

    def test_odd_names_as_columns(self):
        run = ODD.run('id "quoted" \\ ü/1')
        for attributes in (odd.ODD_PATHS, AttributeFilter(type="int")):
            frame = nq.fetch_experiments_table(
                project=ODD.name, experiments=[run.experiment],
                attributes=attributes)
            ((label, cells),) = frames.rows(frame)
            self.assertEqual(label, 'exp "quoted" \\ ü')
            self.assertEqual(
                {path: cells.get(path) for path in odd.ODD_PATHS},
                {path: n for n, path in enumerate(odd.ODD_PATHS)})

    def test_system_attributes(self):
        for project in (SAMPLE, ODD):
            rows = dict(frames.rows(nq_runs.fetch_runs_table(
                project=project.name, attributes="^sys/")))
            self.assertEqual(len(rows), len(project.runs))
            for run in project.runs:
                expected = frames.kept(
                    (path, value) for path, (_, value) in run.sys().items())
                cells = rows[run.custom_id]
                self.assertEqual({path: cells.get(path) for path in expected},
                                 expected)
                absent = SYS - set(expected) - {
                    "sys/experiment/running_time_seconds",
                    "sys/forking/parent", "sys/forking/depth"}
                self.assertEqual(absent & set(cells), set(), run)

    def test_parent_of_a_fork(self):
        rows = dict(frames.rows(nq_runs.fetch_runs_table(
            attributes=["sys/forking/parent"])))
        for run in SAMPLE.runs:
            named = rows[run.custom_id].get("sys/forking/parent")
            if run.parent is None:
                self.assertIsNone(named)
            else:
                self.assertIn(named, (run.parent.custom_id,
                                      run.parent.sys_id))

    def test_running_time_of_an_experiment_is_there(self):
        frame = nq.fetch_experiments_table(
            attributes=["sys/experiment/running_time_seconds"])
        self.assertEqual(len(frame), len(SAMPLE.heads()))
        self.assertTrue((frame.iloc[:, 0] >= 0).all())

    def test_type_suffixes(self):
        frame = nq.fetch_experiments_table(
            project=ODD.name, attributes=["mixed", "bulk/n"],
            type_suffix_in_column_names=True)
        rows = dict(frames.rows(frame))
        for run in ODD.heads():
            expected = frames.kept(
                (f"{path}:{run.attributes()[path][0]}", run.value(path))
                for path in ("mixed", "bulk/n") if path in run.attributes())
            self.assertEqual(rows[run.experiment], expected)

    def test_conflicting_types_need_suffixes(self):
        with self.assertRaises(ConflictingAttributeTypes):
            nq.fetch_experiments_table(project=ODD.name,
                                       attributes=["mixed"])

    def test_conflicting_types_in_a_filter(self):
        with self.assertRaises(AttributeTypeInferenceError):
            nq.list_experiments(project=ODD.name,
                                experiments=Filter.eq("mixed", 3))

    def test_one_of_the_conflicting_types(self):
        self.judge_table(
            nq.fetch_experiments_table(
                project=ODD.name,
                experiments=Filter.exists(Attribute("mixed", type="float")),
                attributes=AttributeFilter(name="mixed", type="float")),
            [r for r in ODD.heads() if r.value("mixed", "float")],
            by_experiment, lambda path, _: path == "mixed")

    def test_no_attributes(self):
        frame = nq.fetch_experiments_table()
        self.assertEqual(sorted(frame.index),
                         sorted(map(by_experiment, SAMPLE.heads())))
        self.assertEqual(list(frame.columns), [])

    def test_no_experiments(self):
        frame = nq.fetch_experiments_table(experiments="^no such",
                                           attributes="lr")
        self.assertEqual(frame.shape, (0, 0))


class Sorting(Judged):
    """The order of tables: newest first, or by any attribute."""

    def judge(self, key, path, type_, direction, project=ODD):
        sort_by = Attribute(path, type=type_) if type_ else path
        frame = nq_runs.fetch_runs_table(
            project=project.name, attributes=[path], sort_by=sort_by,
            sort_direction=direction)
        self.assert_ordered(list(frame.index), project.runs, by_custom_id,
                            key, direction == "desc")

    def test_newest_first_by_default(self):
        for project in (SAMPLE, ODD):
            frame = nq.fetch_experiments_table(project=project.name)
            self.assert_ordered(
                list(frame.index), project.heads(), by_experiment,
                lambda run: run.value("sys/creation_time"), True)

    def test_the_newest_few(self):
        frame = nq.fetch_experiments_table(limit=7)
        newest = sorted(SAMPLE.heads(), reverse=True,
                        key=lambda run: run.row["creation_time"])
        self.assertEqual(list(frame.index),
                         [run.experiment for run in newest[:7]])

    def test_the_oldest_few_of_a_filter(self):
        frame = nq_runs.fetch_runs_table(
            project=ODD.name, runs=Filter.eq("bulk/third", 2), limit=3,
            sort_direction="asc", attributes=["bulk/n"])
        self.assertEqual(list(frame.index), ["bulk-02", "bulk-05", "bulk-08"])
        self.assertEqual(list(frame["bulk/n"]), [2, 5, 8])

    def test_limit_beyond_all(self):
        frame = nq.fetch_experiments_table(limit=5000)
        self.assertEqual(len(frame), len(SAMPLE.heads()))

    def test_type_found_by_the_client(self):
        self.judge(lambda run: run.value("bulk/f"), "bulk/f", None, "asc")

    def test_attribute_that_no_run_has(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = nq_runs.fetch_runs_table(sort_by="no/such")
        self.assertEqual(sorted(frame.index),
                         sorted(map(by_custom_id, SAMPLE.runs)))


def sort_case(self, path, type_, direction):
    def key(run):
        value = run.value(path, type_)
        return None if value != value else value  # NaN: no place
    self.judge(key, path, type_, direction)


add_cases(Sorting, {
    f"by_{name}_{direction}": (path, type_, direction)
    for name, path, type_ in (
        ("int", "bulk/n", "int"), ("int_with_ties", "bulk/third", "int"),
        ("float", "num/float", "float"), ("string", "bulk/word", "string"),
        ("datetime", "when", "datetime"), ("bool", "flag", "bool"),
        ("last_value", "m/loss", "float_series"),
        ("mixed_type_as_int", "sys/size", "int"))
    for direction in ("asc", "desc")}, sort_case)


class Global(Judged):
    """All projects of the caller at once."""

    def fetch(self, function, **arguments):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(**arguments)

    def test_experiments_of_every_project(self):
        frame = self.fetch(nq_global.fetch_experiments_table_global,
                           attributes=["sys/owner"])
        expected = {(name, run.experiment): run.value("sys/owner")
                    for name, p in PROJECTS.items() for run in p.heads()}
        self.assertGreater(len({name for name, _ in expected}), 2)
        self.assertEqual(dict(frame["sys/owner"]), expected)

    def test_runs_by_filter_in_order(self):
        frame = self.fetch(
            nq_global.fetch_runs_table_global, attributes=["sys/id"],
            runs=Filter.ge(Attribute("sys/creation_time", type="datetime"),
                           datetime(2025, 6, 1)), sort_direction="asc")
        runs = [run for p in PROJECTS.values() for run in p.runs
                if run.value("sys/creation_time").year > 2025]
        self.assertEqual(sorted(frame["sys/id"]),
                         sorted(run.sys_id for run in runs))
        self.assertEqual(
            list(frame.index.get_level_values("project").unique()),
            [SAMPLE.name, ODD.name])

    def test_the_first_of_all_projects(self):
        runs = sorted((run for p in PROJECTS.values() for run in p.runs),
                      key=lambda run: run.custom_id.encode())
        for direction in ("asc", "desc"):
            frame = self.fetch(
                nq_global.fetch_runs_table_global, attributes="^sys/tags$",
                limit=30, sort_direction=direction,
                sort_by=Attribute("sys/custom_run_id", type="string"))
            names = list(frame.index.get_level_values("run"))
            wanted = [run.custom_id for run in runs]
            if direction == "desc":
                wanted.reverse()
            self.assertEqual(names, wanted[:30])

    def test_values_of_many_projects(self):
        """Attributes by regex: definitions and values of each project."""
        frame = self.fetch(
            nq_global.fetch_experiments_table_global,
            experiments="^(alpha|edges)",
            attributes="^(sys/tags|m/loss|log|plain)$")
        found = dict(frames.rows(frame))
        expected = {
            (name, run.experiment): frames.expected_row(
                run, lambda path, type_: path in (
                    "sys/tags", "m/loss", "log", "plain"))
            for name, p in PROJECTS.items() for run in p.heads()
            if re.search("^(alpha|edges)", run.experiment)}
        self.assertGreater(len({name for name, _ in expected}), 1)
        self.assertEqual(found, expected)
