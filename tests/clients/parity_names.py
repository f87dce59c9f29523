"""Which functions, parameters, methods and operators of the clients there are,
and which of them the rows of parity.txt use: by introspection of both."""

import ast
import inspect
import typing
from datetime import datetime, timezone

import neptune_fetcher.alpha as npt
import neptune_fetcher.alpha.filters as npt_filters
import neptune_fetcher.alpha.runs as npt_runs
import neptune_query as nq
import neptune_query.experimental as nq_global
import neptune_query.filters as nq_filters
import neptune_query.runs as nq_runs
from neptune_fetcher import ReadOnlyProject, ReadOnlyRun
from neptune_fetcher.fetchable import FetchableAtom, FetchableSeries

MODULES = {"query": [nq, nq_runs, nq_global], "alpha": [npt, npt_runs],
           "0.x": []}
CLASSES = {
    "query": [nq_filters.Filter, nq_filters.AttributeFilter,
              nq_filters.Attribute],
    "alpha": [npt_filters.Filter, npt_filters.AttributeFilter,
              npt_filters.Attribute, npt.Context],
    "0.x": [ReadOnlyProject, ReadOnlyRun, FetchableAtom, FetchableSeries],
}
# The clients build these themselves.
NOT_CALLED = {nq_filters.Filter, npt_filters.Filter, FetchableAtom,
              FetchableSeries}
OPERATORS = {"__and__": ast.BitAnd, "__or__": ast.BitOr,
             "__invert__": ast.Invert}


def names_for(package):
    """The names that a row's Python may use."""
    if package == "0.x":
        return {"ReadOnlyProject": ReadOnlyProject, "ReadOnlyRun": ReadOnlyRun}
    query = package == "query"
    filters = nq_filters if query else npt_filters
    names = {name: getattr(filters, name)
             for name in ("Filter", "AttributeFilter", "Attribute")}
    names.update(datetime=datetime, timezone=timezone)
    if query:
        names.update(nq=nq, nq_runs=nq_runs, nq_global=nq_global)
    else:
        names.update(nq=npt, nq_runs=npt_runs, npt=npt, npt_runs=npt_runs)
    return names


def name_of(thing):
    return f"{thing.__module__}.{thing.__qualname__}"


def literals(annotation):
    """The texts that an annotation allows."""
    if typing.get_origin(annotation) is typing.Literal:
        return set(typing.get_args(annotation))
    return set().union(*map(literals, typing.get_args(annotation)))


def parameters(function):
    """{(name, None), (name, parameter)…, ("a text", that one may be)…}."""
    out = {(name_of(function), None)}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == "self":
            continue
        out.add((name_of(function), parameter.name))
        annotation = parameter.annotation
        out.update(("a text", text) for text in literals(annotation))
    return out


def everything(package):
    """What the table has to show of a client."""
    out = set()
    for module in MODULES[package]:
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isfunction(thing):
                out |= parameters(thing)
    for class_ in CLASSES[package]:
        if class_ not in NOT_CALLED:
            out |= parameters(class_)
        for name, thing in inspect.getmembers(class_):
            if name.startswith("_") and name not in OPERATORS:
                continue
            if isinstance(thing, property):
                out.add((name_of(thing.fget), None))
            elif inspect.isfunction(thing):
                out |= parameters(thing)
    return out


class Uses(ast.NodeVisitor):
    """What of everything() a row's Python uses; no request is sent."""

    def __init__(self, package):
        self.names = names_for(package)
        self.names["project"] = object.__new__(ReadOnlyProject)
        self.names["run"] = object.__new__(ReadOnlyRun)
        self.found = set()

    def value(self, node):
        """The value of an expression that needs no server, else None."""
        if (isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Subscript)):
            path = ast.literal_eval(node.value.slice)
            series = path.startswith("metrics/")
            kind = FetchableSeries if series else FetchableAtom
            return getattr(object.__new__(kind), node.attr)
        source = ast.unparse(node)
        if any(word in source for word in ("list_", "fetch", "download")) and (
                isinstance(node, ast.Call)):
            return None
        try:
            return eval(source, dict(self.names))
        except NameError:
            return None

    def visit_Call(self, node):
        function = self.value(node.func)
        if (getattr(function, "__module__", None) or "").startswith("neptune_"):
            name = name_of(function)
            bound = inspect.signature(function).bind(
                *node.args, **{k.arg: k.value for k in node.keywords})
            self.found.add((name, None))
            for parameter, given in bound.arguments.items():
                self.found.add((name, parameter))
        self.generic_visit(node)

    def visit_Constant(self, node):
        self.found.add(("a text", node.value))

    def visit_Attribute(self, node):
        if isinstance(node.value, ast.Name) and node.value.id == "run":
            member = getattr(ReadOnlyRun, node.attr)
            if isinstance(member, property):
                self.found.add((name_of(member.fget), None))
        self.generic_visit(node)

    def visit_BinOp(self, node):
        self.operator(node.op, node.left)
        self.generic_visit(node)

    def visit_UnaryOp(self, node):
        self.operator(node.op, node.operand)
        self.generic_visit(node)

    def operator(self, sign, operand):
        for name, kind in OPERATORS.items():
            method = getattr(type(self.value(operand)), name, None)
            if isinstance(sign, kind) and inspect.isfunction(method):
                self.found |= parameters(method)


def used(package, sources):
    """What of everything() these pieces of Python use."""
    uses = Uses(package)
    for source in sources:
        uses.visit(ast.parse(source))
    return uses.found
