"""Completion scripts: the table of the command line in the language of a shell, and the little that walks along it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from shlex import quote

from soda_tui.cli.words import Place

_LONGEST_HELP = 70

# What bash and zsh understand alike.
_CASES = """\
_soda_tui_at() {
    case "$1" in
@places@
    esac
}
_soda_tui_takes() {
    kind=''
    case "$1 $2" in
@takes@
    esac
}
"""

_BASH = """\
# soda-tui's completion for bash. For every bash of yours: eval "$(soda-tui completion bash)" in ~/.bashrc
@cases@_soda_tui() {
    local word="${COMP_WORDS[COMP_CWORD]}" at='' awaited='' kind='' each i
    local subs=() flags=()
    [ "$word" = '=' ] && word=''
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        each="${COMP_WORDS[i]}"
        if [ "$each" = '=' ]; then continue; fi
        if [ -n "$awaited" ]; then awaited=''; continue; fi
        case "$each" in
        -*) _soda_tui_takes "$at" "$each"; awaited="$kind" ;;
        *)
            _soda_tui_at "$at"
            case " ${subs[*]} " in *" $each "*) at="${at:+$at }$each" ;; esac ;;
        esac
    done
    _soda_tui_at "$at"
    if [ -n "$awaited" ]; then
        kind="$awaited"
    elif [ "${word:0:1}" = - ]; then
        COMPREPLY=($(compgen -W "${flags[*]}" -- "$word"))
        return
    elif [ ${#subs[@]} -gt 0 ]; then
        COMPREPLY=($(compgen -W "${subs[*]}" -- "$word"))
        return
    fi
    local IFS=$'\\n'
    case "$kind" in
    words:*) IFS=' '; subs=(${kind#words:}); IFS=$'\\n'; COMPREPLY=($(compgen -W "${subs[*]}" -- "$word")) ;;
    files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$word")) ;;
    folders) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$word")) ;;
    nothing) ;;
    *) COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" completion bash --words "$kind" 2>/dev/null)" -- "$word")) ;;
    esac
}
complete -F _soda_tui soda-tui
"""

_ZSH = """\
#compdef soda-tui
# soda-tui's completion for zsh. For every zsh of yours, in ~/.zshrc below compinit: eval "$(soda-tui completion zsh)"
@cases@_soda_tui() {
    local word="$PREFIX" at='' awaited='' kind='' each
    local -a subs flags
    for each in "${(@)words[2,CURRENT-1]}"; do
        if [[ -n $awaited ]]; then awaited=''; continue; fi
        case $each in
        -*=*) ;;
        -*) _soda_tui_takes "$at" "$each"; awaited=$kind ;;
        *)
            _soda_tui_at "$at"
            if (( ${subs[(I)${(b)each}:*]} )); then at="${at:+$at }$each"; fi ;;
        esac
    done
    if [[ -z $awaited && $word == --*=* ]]; then
        _soda_tui_takes "$at" "${word%%=*}"; awaited=$kind
        compset -P '*='
    fi
    _soda_tui_at "$at"
    if [[ -n $awaited ]]; then
        kind=$awaited
    elif [[ $word == -* ]]; then
        _describe -o option flags
        return
    elif (( $#subs )); then
        _describe command subs
        return
    fi
    case $kind in
    words:*) compadd -- ${(s: :)kind#words:} ;;
    files) _files ;;
    folders) _files -/ ;;
    nothing) ;;
    *) compadd -- ${(f)"$("${words[1]}" completion zsh --words $kind 2>/dev/null)"} ;;
    esac
}
if [[ ${funcstack[1]} == _soda_tui ]]; then _soda_tui "$@"; else compdef _soda_tui soda-tui; fi
"""

_FISH = """\
# soda-tui's completion for fish. For every fish of yours:
# soda-tui completion fish > ~/.config/fish/completions/soda-tui.fish
function __soda_tui_at
    switch "$argv[1]"
@places@
    end
end
function __soda_tui_takes
    set -g __soda_tui_kind
    switch "$argv[1] $argv[2]"
@takes@
    end
end
function __soda_tui
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l at ''
    set -l awaited ''
    for each in $before[2..-1]
        if test -n "$awaited"
            set awaited ''
        else if string match -q -- '-*' $each
            __soda_tui_takes "$at" "$each"
            set awaited $__soda_tui_kind
        else
            __soda_tui_at "$at"
            if string match -q -- "$each"\\t'*' $__soda_tui_commands
                set at (string trim -- "$at $each")
            end
        end
    end
    __soda_tui_at "$at"
    if test -n "$awaited"
        set -g __soda_tui_kind $awaited
    else if string match -q -- '-*' "$word"
        printf '%s\\n' $__soda_tui_options
        return
    else if count $__soda_tui_commands >/dev/null
        printf '%s\\n' $__soda_tui_commands
        return
    end
    switch "$__soda_tui_kind"
        case 'words:*'
            string split ' ' (string replace 'words:' '' -- $__soda_tui_kind)
        case files
            __fish_complete_path "$word"
        case folders
            __fish_complete_directories "$word"
        case nothing
        case '*'
            $before[1] completion fish --words $__soda_tui_kind 2>/dev/null
    end
end
complete -c soda-tui -f -a '(__soda_tui)'
"""


def bash(places: Sequence[Place]) -> str:
    """The script for bash 3.2 and newer."""
    return _with_cases(_BASH, places, lambda name, _: quote(name))


def zsh(places: Sequence[Place]) -> str:
    """The script for zsh 5 and newer."""
    return _with_cases(_ZSH, places, _described)


def fish(places: Sequence[Place]) -> str:
    """The script for fish 3 and newer."""

    def place(one: Place) -> str:
        commands = " ".join(_tabbed(name, text) for name, text in one.commands)
        options = " ".join(_tabbed(option.flag, option.help) for option in one.options)
        lines = (f"commands {commands}", f"options {options}", f"kind {_fished(one.kind)}")
        return "\n".join(
            [f"        case {_fished(one.at)}", *(f"            set -g __soda_tui_{each}" for each in lines)]
        )

    def taken(at: str, flag: str, kind: str) -> str:
        return f"        case {_fished(f'{at} {flag}')}\n            set -g __soda_tui_kind {_fished(kind)}"

    return _filled(_FISH, map(place, places), _takes(places, taken))


SCRIPTS: Mapping[str, Callable[[Sequence[Place]], str]] = {"bash": bash, "zsh": zsh, "fish": fish}


def _takes(places: Sequence[Place], line: Callable[[str, str, str], str]) -> list[str]:
    """A line for each option with a value: one for all places where it is the same in all."""
    kinds: dict[str, dict[str, str]] = {}
    for one in places:
        for option in one.options:
            if option.kind is not None:
                kinds.setdefault(option.flag, {})[one.at] = option.kind
    flags = {option.flag: 0 for one in places for option in one.options}
    for one in places:
        for option in one.options:
            flags[option.flag] += 1
    lines: list[str] = []
    for flag, found in kinds.items():
        if len(set(found.values())) == 1 and len(found) == flags[flag]:
            lines.append(line("*", flag, next(iter(found.values()))))
        else:
            lines += [line(at, flag, kind) for at, kind in found.items()]
    return lines


def _with_cases(script: str, places: Sequence[Place], word: Callable[[str, str], str]) -> str:
    """A script with a case for each place; `word` writes a command or an option with what it does."""

    def place(one: Place) -> str:
        commands = " ".join(word(name, text) for name, text in one.commands)
        options = " ".join(word(option.flag, option.help) for option in one.options)
        return f"    {quote(one.at)}) subs=({commands}) flags=({options}) kind={quote(one.kind)} ;;"

    return _filled(script.replace("@cases@", _CASES), map(place, places), _takes(places, _cased))


def _cased(at: str, flag: str, kind: str) -> str:
    pattern = f"*{quote(f' {flag}')}" if at == "*" else quote(f"{at} {flag}")
    return f"    {pattern}) kind={quote(kind)} ;;"


def _described(name: str, text: str) -> str:
    escaped = name.replace(":", "\\:")
    return quote(f"{escaped}:{_short(text)}")


def _tabbed(name: str, text: str) -> str:
    return f"{_fished(name)}\\t{_fished(_short(text))}"


def _fished(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _short(text: str) -> str:
    line = " ".join(text.replace("%%", "%").split())
    return line if len(line) <= _LONGEST_HELP else f"{line[: _LONGEST_HELP - 1].rstrip()}…"


def _filled(script: str, places: Iterable[str], takes: Iterable[str]) -> str:
    return script.replace("@places@", "\n".join(places)).replace("@takes@", "\n".join(takes))
