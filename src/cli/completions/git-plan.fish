# Completion of git plan for fish: for "git plan …" and for "git-plan …".

function __git_plan_complete
    set -l words (commandline -opc)
    set -e words[1]
    if test (count $words) -gt 0; and test "$words[1]" = plan
        set -e words[1]
    end
    git-plan __complete $words (commandline -ct) 2>/dev/null
end

function __git_plan_is_git
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = plan
end

complete -c git -n __git_plan_is_git -f -k -a '(__git_plan_complete)'
complete -c git-plan -f -k -a '(__git_plan_complete)'
