# Completion of git plan for Bash.
#
# Git's own completion calls _git_plan for "git plan …"; bash-completion loads this file when it
# first meets git-plan.

__git_plan_candidates() {
    local IFS=$'\n' line word
    COMPREPLY=()
    while IFS= read -r line; do
        word=${line%%$'\t'*}
        [[ $word == "$2"* ]] && COMPREPLY+=("$line")
    done < <(git-plan __complete "${@:3}" "$2" 2>/dev/null)
    # One candidate is inserted; several are shown with what they are.
    if ((${#COMPREPLY[@]} == 1)); then
        COMPREPLY=("${COMPREPLY[0]%%$'\t'*} ")
    elif [[ $1 == menu ]]; then
        COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
    else
        COMPREPLY=("${COMPREPLY[@]/$'\t'/  }")
        local prefix=$2 shared=${COMPREPLY[0]%%  *}
        for line in "${COMPREPLY[@]}"; do
            word=${line%%  *}
            while [[ $word != "$shared"* ]]; do shared=${shared%?}; done
        done
        # While more can be inserted, offer words alone.
        [[ ${#shared} -gt ${#prefix} ]] && COMPREPLY=("${COMPREPLY[@]%%  *}")
    fi
    compopt -o nospace -o nosort 2>/dev/null
    return 0
}

_git_plan() {
    # cur, words and cword are those of Git's completion: git plan add-task …
    local i from=1
    for ((i = 1; i < cword; i++)); do
        [[ ${words[i]} == plan ]] && from=$((i + 1)) && break
    done
    __git_plan_candidates list "$cur" "${words[@]:from:cword-from}"
}

_git_plan_direct() {
    __git_plan_candidates list "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[@]:1:COMP_CWORD-1}"
}

complete -F _git_plan_direct git-plan
