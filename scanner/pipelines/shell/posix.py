"""The commands of a POSIX shell's text, out of the parser's tree."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from tree_sitter import Node, Tree

from scanner.pipelines.commands import Command
from scanner.pipelines.shell.arrays import Arrays
from scanner.pipelines.shell.budget import Budget
from scanner.pipelines.shell.damage import lost
from scanner.pipelines.shell.functions import Function, functions, is_all, is_word
from scanner.pipelines.shell.peel import Peeled, base, behind, executed, passed_on, peel
from scanner.pipelines.shell.source import Source
from scanner.pipelines.shell.tree import Unit, forgiven, last_command, parse, survey, units
from scanner.pipelines.shell.words import torn, word
from scanner.records import dataclass, field, replace

MOST_WORDS = 4_000
"""Of one command."""
MOST_NAMES = 100
"""Variables that are told of one command."""
DEEPEST = 4
"""Texts of a shell in texts of a shell."""

_SHELLS = frozenset({"bash", "sh", "dash", "ash", "zsh", "ksh"})
_COMPOSED = frozenset({"list", "pipeline", "redirected_statement"})
_PIPES = frozenset({"|", "|&"})
_SILENT = frozenset({"/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty"})
_OUTPUTS = frozenset({">", ">>", ">|", "&>", "&>>", ">&"})
_HERE = frozenset({"heredoc_body", "file_redirect", "herestring_redirect"})
_CAPTURING = frozenset({"command_substitution", "process_substitution"})
_SHOWING = frozenset(
    {"tee", "cat", "base64", "xxd", "od", "hexdump", "rev", "sed", "tr", "fold", "cut", "head", "tail", "grep", "jq", "awk"}
)
"""Programs that write what they are fed, changed or not."""
_ROUNDS = 16
"""Functions that run what they are given, one in the other."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a command."""

    is_forgiven: bool = False
    fed: tuple[str, ...] = field(default=(), repr=False)
    has_input: bool = False
    writes: tuple[str, ...] = ()
    is_captured: bool = False
    ranges: tuple[tuple[int, int], ...] = ()
    """Bytes of what is fed into it."""
    function: str | None = None
    body: tuple[int, int] | None = None
    """Bytes of a here document that is fed into it."""


@dataclass(frozen=True, slots=True)
class _Simple:
    """The words of a simple command."""

    words: tuple[str, ...] = field(repr=False)
    nodes: tuple[Node, ...]
    assigned: tuple[tuple[str, str], ...] = field(repr=False)


class Reading:
    """What a text of a shell says: `commands` and `variables`, each with its row and column from 0."""

    def __init__(self, text: str, budget: Budget | None = None, depth: int = 0, known: dict[str, Function] | None = None) -> None:
        self._source = Source(text)
        self._budget = budget or Budget()
        self._depth = depth
        self._off: dict[str | None, bool] = {}
        """Whether failures are passed over (`set +e`), for each function and for what is in none."""
        self._calls: dict[str, list[bool]] = {}
        self._found: list[Command] = []
        self._arrays = Arrays()
        tree, read = parse(self._source)
        self._survey = survey(tree, self._source)
        self._at = [at for at, _ in self._survey.variables]
        self._functions = {**(known or {}), **functions(list(self._survey.functions), self._source)}
        self._inner: list[tuple[str, int, int]] = []
        self._walk(tree.root_node)
        anew = self._read_anew(tree, read)
        self.commands = tuple(self._forgiven_calls())
        variables = [(name, *self._source.place(at)) for at, name in self._survey.variables if not any(at in one for one in anew)]
        self.variables = (*variables, *self._inner)

    def _read_anew(self, tree: Tree, read: int) -> list[range]:
        """Reads lines that are lost behind a damage as texts of their own; which bytes these are."""
        if read >= len(self._source.raw) and not tree.root_node.has_error:
            return []
        parts = [one for one in lost(tree, self._source, read, [one.row for one in self._found]) if self._budget.takes(len(one))]
        for part in parts:
            reading = Reading(self._source.text(part.start, part.stop), self._budget, self._depth, self._functions)
            row, _ = self._source.place(part.start)
            self._found += (replace(one, row=row + one.row) for one in reading.commands)
            self._inner += ((name, row + at, column) for name, at, column in reading.variables)
        if parts:
            self._found.sort(key=lambda one: one.row)
        return parts

    def _walk(self, root: Node) -> None:
        waiting: list[tuple[Node, _Around, tuple[Node, ...]]] = [(root, _Around(), ())]
        while waiting and self._budget.commands > 0 and self._budget.characters > 0:
            node, around, redirects = waiting.pop()
            kind = node.type
            is_bare = kind == "redirected_statement" and node.child_by_field_name("body") is None
            """Whether only redirections stand there (`> file`): nothing to take apart, and to try would never end."""
            if kind in _COMPOSED and not is_bare:
                waiting += reversed(list(self._units(node, around)))
                continue
            extra: list[Node] = []
            if redirects:
                around, extra = self._redirected(around, redirects)
            inner = [] if is_bare and redirects else list(node.named_children)
            if kind in {"command", "declaration_command", "unset_command", "variable_assignment", "variable_assignments"}:
                self._simple_command(node, around, extra)
                around = _Around(is_forgiven=around.is_forgiven, function=around.function)
                inner = _values(node)
            elif kind in _CAPTURING:
                around = replace(around, is_captured=True)
            elif kind == "function_definition":
                name = node.child_by_field_name("name")
                around = replace(around, function=word(name, self._source) if name is not None else None, is_forgiven=False)
            elif kind == "c_style_for_statement":
                inner = [child for child in inner if child.type != "variable_assignment"]
            waiting += reversed(list(self._inside(inner, around, redirects)))

    @staticmethod
    def _inside(inner: list[Node], around: _Around, redirects: tuple[Node, ...]) -> Iterator[tuple[Node, _Around, tuple[Node, ...]]]:
        """What stands in a command, and in what is redirected."""
        yield from ((child, around, ()) for child in inner)
        alone = _Around(is_forgiven=around.is_forgiven, is_captured=around.is_captured, function=around.function)
        for redirect in redirects:
            is_here = redirect.type == "heredoc_redirect"
            yield from ((child, alone, ()) for child in redirect.named_children if not is_here or child.type in _HERE)

    def _units(self, node: Node, around: _Around) -> Iterator[tuple[Node, _Around, tuple[Node, ...]]]:
        """The commands of a list with what each is fed and whether its failure is passed over."""
        found = units(node)
        marks = forgiven(found, self._source)
        joins = [*(unit.join for unit in found), ""]
        said = [self._argv(unit.node) if unit.join in _PIPES or joins[index + 1] in _PIPES else () for index, unit in enumerate(found)]
        captured = self._captured(found, said)
        fed: tuple[str, ...] = ()
        start = node.start_byte
        for index, (unit, mark) in enumerate(zip(found, marks, strict=True)):
            own = replace(around, is_forgiven=around.is_forgiven or mark)
            if unit.join in _PIPES:
                ranges = [(start, unit.node.start_byte)]
                ranges += [(one.start_byte, one.end_byte) for one in found[index - 1].redirects]
                own = replace(own, fed=fed, has_input=True, ranges=tuple(ranges))
            else:
                start = unit.node.start_byte
            if joins[index + 1] in _PIPES:
                fed = said[index]
                own = replace(own, writes=(), is_captured=own.is_captured or captured[index])
            yield unit.node, own, unit.redirects

    @staticmethod
    def _captured(found: list[Unit], said: list[tuple[str, ...]]) -> list[bool]:
        """For each unit whether what it writes goes into something that does not show it; `said` are the words of each."""
        marks = [False] * len(found)
        for index in range(len(found) - 2, -1, -1):
            receiver = found[index + 1]
            if receiver.join in _PIPES:
                shown = "".join(said[index + 1][:1]) in _SHOWING
                kept = any(redirect.type == "file_redirect" for redirect in receiver.redirects)
                marks[index] = not shown or kept or marks[index + 1]
        return marks

    def _argv(self, node: Node) -> tuple[str, ...]:
        """The words of the command that a compound one ends with, wrappers gone."""
        last = last_command(node)
        simple = self._simple(last, []) if last is not None else None
        if simple is None or not simple.words:
            return ()
        peeled = peel(simple.words)
        return (peeled.program, *simple.words[peeled.first + 1 :])

    def _redirected(self, around: _Around, redirects: tuple[Node, ...]) -> tuple[_Around, list[Node]]:
        """What redirections make of what is around a command, and words of the command behind them."""
        extra: list[Node] = []
        writes, ranges, body, has_input = list(around.writes), list(around.ranges), around.body, around.has_input
        for redirect in redirects:
            if redirect.type == "file_redirect":
                signs = [child.type for child in redirect.children if not child.is_named]
                files = redirect.children_by_field_name("destination")
                extra += files[1:]
                descriptor = redirect.child_by_field_name("descriptor")
                number = self._source.text(descriptor.start_byte, descriptor.end_byte) if descriptor is not None else ""
                if "<" in signs:
                    has_input = True
                elif files and number in {"", "1"} and _OUTPUTS.intersection(signs) and not (">&" in signs and files[0].type == "number"):
                    writes += {word(files[0], self._source)} - _SILENT
            else:
                has_input = True
                parts = (
                    [redirect]
                    if redirect.type == "herestring_redirect"
                    else [c for c in redirect.named_children if c.type == "heredoc_body"]
                )
                ranges += ((part.start_byte, part.end_byte) for part in parts)
                extra += redirect.children_by_field_name("argument")
                if redirect.type == "heredoc_redirect" and parts:
                    body = (parts[0].start_byte, parts[0].end_byte)
        return replace(around, has_input=has_input, writes=tuple(writes), ranges=tuple(ranges), body=body), extra

    def _simple(self, node: Node, extra: list[Node]) -> _Simple:
        assigned: list[tuple[str, str]] = []
        nodes: list[Node] = []
        for child in (node,) if node.type == "variable_assignment" else node.named_children:
            if child.type == "variable_assignment" and node.type != "declaration_command":
                assigned.append(self._assignment(child))
            elif is_word(child) or child.type == "variable_assignment":
                nodes.append(child)
        nodes = [*nodes, *extra][:MOST_WORDS]
        said = [self._declared(child) if child.type == "variable_assignment" else word(child, self._source) for child in nodes]
        for place in torn(nodes, self._source):
            said[place - 1] += said.pop(place)
            nodes.pop(place)
        words = tuple(said)
        if node.type in {"declaration_command", "unset_command"}:
            first = node.children[0]
            words, nodes = (self._source.text(first.start_byte, first.end_byte), *words), [first, *nodes]
        return _Simple(words, tuple(nodes), tuple(assigned))

    def _assignment(self, node: Node) -> tuple[str, str]:
        parts = node.named_children
        self._arrays.see(node, self._source)
        name = word(parts[0], self._source) if parts else ""
        return name, word(parts[-1], self._source) if len(parts) > 1 else ""

    def _declared(self, node: Node) -> str:
        return "=".join(self._assignment(node))

    def _simple_command(self, node: Node, around: _Around, extra: list[Node]) -> None:
        own = [child for child in node.named_children if child.type in {"file_redirect", "herestring_redirect", "heredoc_redirect"}]
        if own:
            around, more = self._redirected(around, tuple(own))
            extra = [*more, *extra]
        simple = self._simple(node, extra)
        if self._apart(node, simple):
            self._emit(_Simple((), (), simple.assigned), Peeled(0, ""), around, node)
            simple = replace(simple, assigned=())
        self._budget.characters -= sum(map(len, simple.words)) + sum(len(value) for _, value in simple.assigned)
        self._run(simple, around, node)

    def _apart(self, node: Node, simple: _Simple) -> bool:
        """Whether the parser took assignments on a line of their own for those of the command on the next one."""
        if not simple.assigned or not simple.nodes or node.type != "command":
            return False
        last = [child for child in node.named_children if child.type == "variable_assignment"][-1]
        between = self._source.text(last.end_byte, max(last.end_byte, simple.nodes[0].start_byte))
        return "\n" in between.replace("\\\n", "")

    def _run(self, simple: _Simple, around: _Around, node: Node) -> None:
        """Tells what a command runs."""
        if not simple.words:
            self._emit(simple, Peeled(0, ""), around, node)
            return
        if simple.words[0] == "set":
            self._options(simple.words[1:], around.function)
        peeled = self._arrays.past(simple.words, peel(simple.words))
        for _ in range(_ROUNDS):
            function = self._functions.get(peeled.program) if peeled.text is None else None
            if function is None or function.prefix[:1] == (peeled.program,) or peeled.wrappers[-1:] == ("command",):
                break
            self._calls.setdefault(function.name, []).append(around.is_forgiven or self._is_off(around.function))
            if function.prefix:
                rest = simple.words[peeled.first + 1 :]
                self._emit(simple, replace(peeled, program=function.prefix[0]), around, node, (*function.prefix, *rest))
                return
            first = passed_on(simple.words[peeled.first :], function.skipped) if function.runs_arguments else None
            if first is None:
                return
            peeled = behind(simple.words, peeled, first)
        self._deliver(simple, peeled, around, node)

    def _deliver(self, simple: _Simple, peeled: Peeled, around: _Around, node: Node) -> None:
        if peeled.text is not None:
            place = self._place(simple, peeled.first, quoted=1)
            self._nested(peeled.text, simple, peeled, around, place)
        elif is_all(peeled.program):
            return
        elif (
            base(peeled.program) in _SHELLS
            and around.body is not None
            and all(one.startswith("-") for one in simple.words[peeled.first + 1 :])
        ):
            row, _ = self._source.place(around.body[0])
            started = replace(peeled, wrappers=(*peeled.wrappers, base(peeled.program)))
            self._nested(self._source.text(*around.body), simple, started, replace(around, body=None, has_input=False), (row, 0))
        elif base(peeled.program) == "ssh" and around.body is not None:
            self._emit(simple, peeled, around, node)
            row, _ = self._source.place(around.body[0])
            self._nested(self._source.text(*around.body), simple, replace(peeled, wrappers=("ssh",)), _Around(), (row, 0))
        elif base(peeled.program) == "trap" and len(simple.words) > peeled.first + 1:
            started = replace(peeled, wrappers=(*peeled.wrappers, "trap"))
            self._nested(simple.words[peeled.first + 1], simple, started, around, self._place(simple, peeled.first + 1, quoted=1))
        else:
            self._emit(simple, peeled, around, node)
            if base(peeled.program) == "find" and peeled.wrappers[:1] != ("find -exec",):
                for start, end in executed(simple.words, peeled.first + 1):
                    part = replace(simple, words=simple.words[start:end], nodes=simple.nodes[start:end], assigned=())
                    inner = peel(part.words)
                    self._deliver(part, replace(inner, wrappers=("find -exec", *inner.wrappers)), around, node)

    def _place(self, simple: _Simple, index: int, quoted: int = 0) -> tuple[int, int]:
        node = simple.nodes[min(index, len(simple.nodes) - 1)]
        return self._source.place(node.start_byte + (quoted if node.type in {"string", "raw_string"} else 0))

    def _nested(self, text: str, simple: _Simple, peeled: Peeled, around: _Around, place: tuple[int, int]) -> None:
        """Reads a text that a command gives a shell."""
        if self._depth >= DEEPEST:
            return
        reading = Reading(text, self._budget, self._depth + 1, self._functions)
        row, column = place
        for one in reading.commands:
            self._found.append(
                replace(
                    one,
                    row=row + one.row,
                    column=one.column + (0 if one.row else column),
                    assigned=(*simple.assigned, *peeled.assigned, *one.assigned),
                    wrappers=(*peeled.wrappers, *one.wrappers),
                    is_forgiven=one.is_forgiven or around.is_forgiven or self._is_off(around.function),
                    fed=one.fed or around.fed,
                    has_input=one.has_input or around.has_input,
                    writes=one.writes or around.writes,
                    function=one.function or around.function,
                )
            )
        self._inner += ((name, row + at, beside + (0 if at else column)) for name, at, beside in reading.variables)

    def _emit(self, simple: _Simple, peeled: Peeled, around: _Around, node: Node, argv: tuple[str, ...] | None = None) -> None:
        if not simple.words and not simple.assigned:
            return
        self._budget.commands -= 1
        place = self._place(simple, peeled.first) if simple.nodes else self._source.place(node.start_byte)
        if argv is None:
            argv = (peeled.program, *simple.words[peeled.first + 1 :]) if simple.words else ()
        writes = around.writes
        if argv and base(argv[0]) == "tee":
            writes = (*(one for one in argv[1:] if not one.startswith("-")), *writes)
        self._found.append(
            Command(
                argv=argv,
                row=place[0],
                column=place[1],
                assigned=(*simple.assigned, *peeled.assigned),
                names=self._names((*around.ranges, (node.start_byte, node.end_byte))),
                wrappers=peeled.wrappers,
                is_forgiven=around.is_forgiven or self._is_off(around.function),
                fed=around.fed,
                has_input=around.has_input,
                writes=writes,
                is_captured=around.is_captured,
                function=around.function,
            )
        )

    def _names(self, ranges: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
        """The variables that are expanded in these bytes, in the order of the text."""
        found: dict[str, None] = {}
        for start, end in sorted(ranges):
            first = bisect_left(self._at, start)
            last = bisect_left(self._at, end, first)
            found |= dict.fromkeys(name for _, name in self._survey.variables[first : min(last, first + MOST_NAMES)])
        return tuple(found)[:MOST_NAMES]

    def _options(self, words: tuple[str, ...], function: str | None) -> None:
        """Follows `set -e` and `set +e`."""
        for index, one in enumerate(words):
            if one[:1] in {"+", "-"} and ("e" in one[1:] or (one[1:] == "o" and words[index + 1 : index + 2] == ("errexit",))):
                self._off[function] = one[0] == "+"

    def _is_off(self, function: str | None) -> bool:
        return self._off.get(function, self._off.get(None, False))

    def _forgiven_calls(self) -> Iterator[Command]:
        """The commands; those of a function of which every call is forgiven are forgiven."""
        calls = {name for name, marks in self._calls.items() if all(marks)}
        for one in self._found:
            yield replace(one, is_forgiven=True) if one.function in calls else one


def _values(node: Node) -> list[Node]:
    """What stands in a simple command and may hold others: values of its variables, words and redirections."""
    if node.type == "variable_assignment":
        return list(node.named_children[1:])
    return [inner for child in node.named_children for inner in (child.named_children if child.type == "variable_assignment" else (child,))]
