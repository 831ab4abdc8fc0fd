#compdef git-plan
#description keep plans, phases and tasks on a Git ref

# Completion of git plan for the Z shell: zsh's _git calls _git-plan for "git plan …".

_git-plan() {
    local -a lines candidates
    local line
    lines=("${(@f)$(git-plan __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    for line in $lines; do
        [[ -n $line ]] || continue
        candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    _describe -V 'git plan' candidates
}

_git-plan "$@"
