"""Small wrong changes to the policy: to the engine's code, and to the grants that are declared."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from importlib import import_module
from inspect import getsource, unwrap
from types import FunctionType, ModuleType

from safehub.foundation.access import decision, queries
from safehub.foundation.access.judging import Policy
from safehub.foundation.access.policy import Grant, Kind
from safehub.foundation.access.vocabulary import Relation, Role

from .equivalent import why_equivalent

Change = Callable[[], None]

# The code that decides, and the functions of it that are mutated; None: all of the module.
ENGINE: dict[str, set[str] | None] = {
    "safehub.foundation.access.judging": None,
    "safehub.foundation.access.queries": {
        *("policy", "visible_to", "_seen", "_without", "_scope", "_status"),
        *("facts_of", "_marked"),
        *("telling_relations", "_mark", "_facts", "_at_places", "_glass", "_labels_on", "_bearing"),
    },
    "safehub.foundation.access.queries.conditions": None,
    "safehub.foundation.access.queries.bearing": {"_QUERY", "_fetched", "_add", "bearing_on"},
}
# The conditions of the relations, where each app declares them.
STANDINGS: dict[str, set[str] | None] = {
    "safehub.audit.programmes.queries.standing": {"takes_part", "audit_status"},
    "safehub.audit.sampling.queries.relations": None,
    "safehub.audit.returns.queries.relations": None,
    "safehub.audit.programmes.declares": {"_relations"},
    "safehub.audit.meetings.declares": {"_relations"},
    "safehub.audit.actions.declares": {"_relations"},
    "safehub.audit.reports.declares": {"_relations"},
    "safehub.foundation.access.declares": {"_of_partnership", "_own"},
    "safehub.foundation.disclosure.declares": {"_of_organisation", "_made"},
    "safehub.register.accounts.queries": {
        *("_every", "person_relations", "membership_relations", "is_own_membership"),
    },
    "safehub.register.agencies.queries": {"agency_relations", "runs"},
}


@dataclass(frozen=True)
class Mutant:
    """One wrong change. `install` makes it in this process; `action` is the one it is about.

    `equivalent` says why it is no change at all, where that is known.
    """

    where: str
    what: str
    install: Change
    action: str = ""
    equivalent: str = ""

    @property
    def is_asked_in_worlds(self) -> bool:
        """Only worlds in the database show what it changes: conditions, and what holds a record."""
        return "judging" not in self.where and (not self.action or "held by" in self.what)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def engine_mutants() -> list[Mutant]:
    """Of the code of the engine and of the relations."""
    return [
        mutant
        for modules in (ENGINE, STANDINGS)
        for name, chosen in modules.items()
        for mutant in code_mutants(import_module(name), chosen)
    ]


# --- code ----------------------------------------------------------------------------------------


def code_mutants(module: ModuleType, chosen: set[str] | None) -> Iterator[Mutant]:
    """One for each change that `changes` knows, at each place of the chosen functions."""
    source = getsource(module)
    missing = (chosen or set()) - set(module.__dict__)
    assert not missing, f"{module.__name__} has no {', '.join(missing)} any more: say where it is"
    for index, node in enumerate(nodes(ast.parse(source), chosen)):
        where, code = module.__name__.removeprefix("safehub."), ast.unparse(node)
        for number in range(len(changes(node))):
            yield Mutant(
                where,
                f"line {getattr(node, 'lineno', 0)}, change {number} of `{code[:70]}`",
                Edit(module, source, chosen, index, number),
                equivalent=why_equivalent(where, number, code),
            )


@dataclass(frozen=True)
class Edit:
    """The source with one change, put under the functions that others have imported already."""

    module: ModuleType
    source: str
    chosen: set[str] | None
    index: int
    number: int

    def __call__(self) -> None:
        tree = ast.parse(self.source)
        node = list(nodes(tree, self.chosen))[self.index]
        changes(node)[self.number]()
        scope = dict(self.module.__dict__)
        exec(compile(ast.fix_missing_locations(tree), self.module.__name__, "exec"), scope)  # noqa: S102 - the module's own source
        for name, made in scope.items():
            old = self.module.__dict__.get(name)
            if isinstance(unwrapped(made), FunctionType) and made is not old:
                put_under(unwrapped(old), unwrapped(made))
            elif self.is_constant(name):
                self.module.__dict__[name] = made
            clear = getattr(old, "cache_clear", None)
            if clear is not None:
                clear()

    def is_constant(self, name: str) -> bool:
        """Of the module's own, and neither imported nor a class that others hold already."""
        return name.isupper() and (self.chosen is None or name in self.chosen)


def unwrapped(made: object) -> object:
    return unwrap(made) if callable(made) and not isinstance(made, type) else made


def put_under(old: object, made: object) -> None:
    assert isinstance(old, FunctionType)
    assert isinstance(made, FunctionType)
    if old.__module__ == made.__module__ and old.__qualname__ == made.__qualname__:
        old.__code__ = made.__code__


def nodes(tree: ast.Module, chosen: set[str] | None) -> Iterator[ast.AST]:
    """The nodes of the chosen functions and constants, in a fixed order; no annotation is one."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and named(statement.name, chosen):
            for inner in statement.body:
                yield from without_annotations(inner)
        elif isinstance(statement, ast.Assign):
            name = ast.unparse(statement.targets[0])
            if name.isupper() and named(name, chosen):
                yield from ast.walk(statement.value)


def without_annotations(statement: ast.stmt) -> Iterator[ast.AST]:
    """A local annotation is never evaluated: a change there is none."""
    skipped = {
        id(part)
        for node in ast.walk(statement)
        if isinstance(node, ast.AnnAssign)
        for part in ast.walk(node.annotation)
    }
    return (node for node in ast.walk(statement) if id(node) not in skipped)


def named(name: str, chosen: set[str] | None) -> bool:
    return chosen is None or name in chosen


COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
COMBINED: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Sub: ast.Add,
    ast.Add: ast.Sub,
}
# Within a statement of SQL.
SWAPS = (
    ("<=", "<"),
    (" > ", " >= "),
    (" OR ", " AND "),
    (" AND ", " OR "),
    ("IS NULL", "IS NOT NULL"),
)


def changes(node: ast.AST) -> list[Change]:
    """What may be put wrong at one node."""
    if isinstance(node, ast.Compare):
        return [lambda: node.ops.__setitem__(0, COMPARED[type(node.ops[0])]())]
    if isinstance(node, ast.BoolOp):
        return of_bool(node)
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in COMBINED:
        return [lambda: setattr(node, "op", COMBINED[type(node.op)]())]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        return [lambda: setattr(node, "operand", ast.UnaryOp(node.op, node.operand))]
    if isinstance(node, ast.If | ast.IfExp):
        return [
            lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test)),
            lambda: setattr(node, "test", ast.Constant(value=False)),
            lambda: setattr(node, "test", ast.Constant(value=True)),
        ]
    if isinstance(node, ast.Call):
        return of_call(node)
    if isinstance(node, ast.Set | ast.Tuple) and len(node.elts) > 1:
        return [lambda at=at: node.elts.pop(at) for at in range(len(node.elts))]  # type: ignore[misc]
    if isinstance(node, ast.comprehension):
        return [lambda at=at: node.ifs.pop(at) for at in range(len(node.ifs))]  # type: ignore[misc]
    if isinstance(node, ast.Constant):
        return of_constant(node)
    return []


def of_bool(node: ast.BoolOp) -> list[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    neutral = isinstance(node.op, ast.And)

    def without(at: int) -> Change:
        return lambda: node.values.__setitem__(at, ast.Constant(value=neutral))

    return [lambda: setattr(node, "op", other), *(without(at) for at in range(len(node.values)))]


def of_call(node: ast.Call) -> list[Change]:
    """Leaves out one named argument; of `filter`, one condition."""

    def without(rows: list[ast.keyword] | list[ast.expr], at: int) -> Change:
        return lambda: rows.pop(at)  # type: ignore[return-value]

    found = [without(node.keywords, at) for at in range(len(node.keywords))]
    if isinstance(node.func, ast.Attribute) and node.func.attr == "filter":
        found += [without(node.args, at) for at in range(len(node.args))]
    return found


def of_constant(node: ast.Constant) -> list[Change]:
    value = node.value
    if isinstance(value, bool):
        return [lambda: setattr(node, "value", not value)]
    if isinstance(value, int):
        return [lambda: setattr(node, "value", value + 1)]
    if isinstance(value, str) and "SELECT" in value:
        return [
            lambda at=at, old=old, new=new: setattr(  # type: ignore[misc]
                node, "value", value[:at] + new + value[at + len(old) :]
            )
            for old, new in SWAPS
            for at in places(value, old)
        ]
    return []


def places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


# --- grants --------------------------------------------------------------------------------------


def grant_mutants(seed: int) -> list[Mutant]:
    """Of every grant and flag that is declared: one role, relation or status more or fewer."""
    rules, drawn = queries.policy(), random.Random(seed)
    found: list[Mutant] = []
    for code, action in rules.actions.items():
        for what, grants in wrong_grants(action.grants, drawn):
            wrong = replace(rules, actions={**rules.actions, code: replace(action, grants=grants)})
            found.append(Mutant(code, what, Rules(wrong), code))
        for flag in ("leaves", "approves", "opens_by_glass", "steps_up"):
            # Glass is broken over a record.
            if action.kind is None and flag == "opens_by_glass":
                continue
            changed = copy(action)
            object.__setattr__(changed, flag, not getattr(action, flag))
            wrong = replace(rules, actions={**rules.actions, code: changed})
            found.append(Mutant(code, f"{flag} turned over", Rules(wrong), code))
    for kind in rules.kinds.values():
        found += kind_mutants(rules, kind, drawn)
    return found


def kind_mutants(rules: Policy, kind: Kind, drawn: random.Random) -> Iterator[Mutant]:
    def mutant(what: str, changed: Kind) -> Mutant:
        wrong = replace(rules, kinds={**rules.kinds, kind.code: changed})
        return Mutant(kind.code, what, Rules(wrong), kind.see)

    opening = [
        grant
        for action in rules.actions.values()
        if action.kind == kind.code
        for grant in action.grants
    ]
    reached = table(tuple(opening))
    for field_class, grants in kind.classes.items():
        for what, some in wrong_grants(grants, drawn):
            # A class that is granted where nothing opens the record shows to nobody.
            if not (table(some) ^ table(grants)) & reached:
                continue
            yield mutant(
                f"{field_class}: {what}", replace(kind, classes={**kind.classes, field_class: some})
            )
    for holder in kind.within:
        fewer = {code: path for code, path in kind.within.items() if code != holder}
        yield mutant(f"not held by {holder}", replace(kind, within=fewer))
    if kind.status:
        yield mutant("no status", replace(kind, status=None))
    approved = any(a.approves and a.kind == kind.code for a in rules.actions.values())
    if kind.own_work and approved:
        yield mutant("nobody's own work", replace(kind, own_work=None))
    yield mutant("a person", replace(kind, is_person=not kind.is_person))


def wrong_grants(
    grants: tuple[Grant, ...], drawn: random.Random
) -> Iterator[tuple[str, tuple[Grant, ...]]]:
    """The grants with one of them wrong. A change that another grant makes up for is none."""
    for at, grant in enumerate(grants):
        rest = grants[:at], grants[at + 1 :]
        for what, wrong in wrong_grant(grant, drawn):
            changed = (*rest[0], *wrong, *rest[1])
            if table(changed) != table(grants):
                yield f"grant {at} {what}", changed


def wrong_grant(grant: Grant, drawn: random.Random) -> Iterator[tuple[str, tuple[Grant, ...]]]:
    yield "left out", ()
    for role in sorted(grant.roles):
        yield f"without {role}", (replace(grant, roles=grant.roles - {role}),)
    others = sorted(set(Role) - grant.roles)
    if others:
        more = drawn.choice(others)
        yield f"and {more}", (replace(grant, roles=grant.roles | {more}),)
    for relation in sorted(grant.relations):
        fewer = grant.relations - {relation}
        if fewer:
            yield f"not {relation}", (replace(grant, relations=fewer),)
    if grant.relations:
        more_relation = drawn.choice(sorted(set(Relation) - grant.relations - NEVER))
        yield f"or {more_relation}", (replace(grant, relations=grant.relations | {more_relation}),)
    if grant.statuses:
        yield "in any status", (replace(grant, statuses=frozenset()),)
    elif grant.relations:
        yield "in one status", (replace(grant, statuses=frozenset({"gathering"})),)


# No record has them in the facts, so that a grant in one of them changes nothing.
NEVER = {Relation.NONE, Relation.CONFLICTED}


def table(grants: tuple[Grant, ...]) -> set[tuple[str, str, str]]:
    """Who, in which relation, in which status: grants that come to the same are the same."""
    return {
        (role, relation, status)
        for grant in grants
        for role in grant.roles
        for relation in grant.relations or {""}
        for status in (
            grant.statuses or {"", "gathering", "opened", "draft", "published", "drafted"}
        )
    }


@dataclass(frozen=True)
class Rules:
    """Puts another policy in the place of the declared one."""

    wrong: Policy

    def __call__(self) -> None:
        for module in (queries, decision):
            setattr(module, "policy", lambda: self.wrong)  # noqa: B010 - another's name
        queries.telling_relations.cache_clear()
