#!/bin/sh
# git-plan hook: @HOOK@, version @VERSION@, @DIGEST@
#
# Written by 'git plan hooks install'. 'git plan hooks uninstall' takes it away, unless somebody
# edited it. It runs 'git-plan hook @HOOK@', wherever git-plan is: a program with windows often has
# another PATH than your shell. A hook that was here before runs first, with the same arguments
# and the same input; where it fails, its exit code is the answer.

hook='@HOOK@'
recorded=@BINARY@

takes_input() {
    case $hook in
        pre-push | pre-receive) return 0 ;;
        *) return 1 ;;
    esac
}

# Moved to another name by another program, this runs nothing but git-plan: that program runs the rest.
before=${0%/*}/$hook.before-git-plan
chained=
if [ "${0##*/}" = "$hook" ] && [ -f "$before" ] && [ -x "$before" ]; then
    chained=yes
fi

# Each gets the whole input, whether or not it reads any of it.
input=
give_input() {
    [ -z "$input" ] || printf '%s\n' "$input" 2>/dev/null
}

if [ -n "$chained" ] && takes_input; then
    input=$(cat) || exit
    give_input | "$before" "$@" || exit
elif [ -n "$chained" ]; then
    "$before" "$@" || exit
fi

# After the recorded path, only whole paths outside of the folder that the hook runs in: a file of
# the working tree does not become git-plan by its name.
program=
if [ -f "$recorded" ] && [ -x "$recorded" ]; then
    program=$recorded
else
    for place in \
        "$(command -v git-plan 2>/dev/null)" \
        "${CARGO_HOME:-${HOME:-}/.cargo}/bin/git-plan" \
        /opt/homebrew/bin/git-plan \
        /usr/local/bin/git-plan \
        /home/linuxbrew/.linuxbrew/bin/git-plan; do
        case $place in
            "$PWD"/*) continue ;;
            /*) ;;
            *) continue ;;
        esac
        if [ -f "$place" ] && [ -x "$place" ]; then
            program=$place
            break
        fi
    done
fi

if [ -z "$program" ] && takes_input; then
    cat >&2 <<END
error: the hook $hook cannot find git-plan, and lets nothing through that it has not seen.
It looked for:
  $recorded
  git-plan in PATH: ${PATH:-}
  ${CARGO_HOME:-${HOME:-}/.cargo}/bin/git-plan
  /opt/homebrew/bin/git-plan
  /usr/local/bin/git-plan
  /home/linuxbrew/.linuxbrew/bin/git-plan
hint: cargo install git-plan   brings it back
hint: git plan hooks install   writes down where it is now
END
    exit 1
elif [ -z "$program" ]; then
    echo "warning: the hook $hook does nothing: git-plan is not at $recorded, nor in any usual place" >&2
    exit 0
fi

if [ -n "$chained" ] && takes_input; then
    give_input | "$program" hook "$hook" "$@"
else
    exec "$program" hook "$hook" "$@"
fi
