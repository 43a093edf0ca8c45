"""The table that the declarations come to: docs/generated/permissions.md, for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from safehub.foundation.access.judging import Policy
from safehub.foundation.access.policy import Action, Grant, Kind
from safehub.foundation.access.vocabulary import Role

_HEAD = """# Permissions

Made by `safehub access permissions` from what the apps declare; do not edit it. What the words
mean, and in which order the rules fall, is on [Need to know](../need-to-know.md). A cell says in
which relation a role may: *owner; asked (opened)* is as owner, and as asked once the round is
opened. A role or a class that is not in a table may nothing.
"""
_FLAGS = (
    ("changes something", lambda action: not action.is_read),
    ("takes content out", lambda action: action.leaves),
    ("approves, so never one's own work", lambda action: action.approves),
    ("is opened by broken glass", lambda action: action.opens_by_glass),
    ("wants the second factor again", lambda action: action.steps_up),
)


def permissions_page(policy: Policy) -> str:
    """The whole page in Markdown. The same declarations give the same bytes."""
    parts = [_HEAD]
    for code in sorted(policy.kinds):
        parts += _kind(policy.kinds[code], _actions_on(policy, code))
    parts += _without_record(_actions_on(policy, None))
    return "\n".join(parts)


def _actions_on(policy: Policy, kind: str | None) -> list[Action]:
    return sorted(
        (action for action in policy.actions.values() if action.kind == kind),
        key=lambda action: action.code,
    )


def _kind(kind: Kind, actions: list[Action]) -> Iterator[str]:
    name = kind.label[0].upper() + kind.label[1:]
    yield f"## {name}\n"
    held = f" It is held by: {', '.join(sorted(kind.within))}." if kind.within else ""
    yield f"`{kind.code}`, opened by `{kind.see}`.{held}\n"
    yield from _table({action.code: action.grants for action in actions})
    yield from _flags(actions)
    if kind.classes:
        yield "Classes of its fields:\n"
        classes = {f"{one}": kind.classes[one] for one in sorted(kind.classes)}
        yield from _table(classes)
    else:
        yield "No class of its fields shows to anybody, but administrative ones.\n"


def _table(columns: dict[str, tuple[Grant, ...]]) -> Iterator[str]:
    """Roles down, actions or classes across; roles that may the same share a row."""
    rows: dict[tuple[str, ...], list[Role]] = {}
    for role in sorted({role for some in columns.values() for one in some for role in one.roles}):
        cells = tuple(_cell(grants, role) for grants in columns.values())
        rows.setdefault(cells, []).append(role)
    yield _row(["role", *(f"`{name}`" for name in columns)])
    yield _row(["---"] * (len(columns) + 1))
    everybody = sum(len(roles) for roles in rows.values()) == len(Role)
    for cells, roles in rows.items():
        is_rest = everybody and len(roles) > len(Role) // 2
        yield _row(["every other role" if is_rest else _names(roles), *cells])
    yield ""


def _names(roles: Iterable[Role]) -> str:
    return ", ".join(role.value.replace("_", " ") for role in roles)


def _cell(grants: Iterable[Grant], role: Role) -> str:
    """In which relations, and which of them only in some statuses."""
    by_statuses: dict[tuple[str, ...], set[str]] = {}
    for grant in grants:
        if role in grant.roles:
            statuses = tuple(sorted(grant.statuses))
            by_statuses.setdefault(statuses, set()).update(grant.relations or {"yes"})
    always = by_statuses.pop((), set())
    words = [", ".join(sorted(always))] if always else []
    for statuses, relations in sorted(by_statuses.items()):
        more = sorted(relations - always)
        if more:
            words.append(f"{', '.join(more)} ({' or '.join(statuses)})")
    return "; ".join(words)


def _flags(actions: list[Action]) -> Iterator[str]:
    for words, has in _FLAGS:
        codes = [f"`{action.code}`" for action in actions if has(action)]
        if codes:
            yield f"- {words}: {', '.join(codes)}"
    yield ""


def _without_record(actions: list[Action]) -> Iterator[str]:
    yield "## Done to no record\n"
    yield _row(["action", "roles"])
    yield _row(["---", "---"])
    for action in actions:
        roles = sorted({role for grant in action.grants for role in grant.roles})
        yield _row([f"`{action.code}`", _names(roles)])
    yield ""
    yield from _flags(actions)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
