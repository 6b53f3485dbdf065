using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift completion</c>: a script by which a shell completes commands, options and their values.</summary>
internal sealed class CompletionCommand : Command, IHelpEpilogue
{
    // Each asks the tool itself, by the directive that System.CommandLine has for it; where that has no answer, files are offered.
    private const string Bash = """
        _resift() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(resift "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _resift resift

        """;

    private const string Zsh = """
        #compdef resift
        _resift() {
          local -a found
          found=("${(@f)$(resift "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          if [[ -n "$found" ]]; then compadd -- $found; else _files; fi
        }
        compdef _resift resift

        """;

    private const string Fish = """
        complete -c resift -a '(resift "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName resift -ScriptBlock {
          param($word, $line, $position)
          resift "[suggest:$position]" "$line" 2>$null | Where-Object { $_ -like "$word*" } |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;

    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh, fish or pwsh." };

    public CompletionCommand(CliConsole console)
        : base("completion", "Prints a script by which a shell completes commands, options and values.")
    {
        _shell.CompletionSources.Add("bash", "zsh", "fish", "pwsh");
        Add(_shell);
        SetAction(parsed =>
        {
            console.Output.Write(ScriptFor(parsed.GetValue(_shell)!));
            return ExitCode.Ok;
        });
    }

    public string Epilogue => """
        Examples:
          eval "$(resift completion bash)"                        # in ~/.bashrc
          eval "$(resift completion zsh)"                         # in ~/.zshrc, after compinit
          resift completion fish | source                         # in ~/.config/fish/config.fish
          resift completion pwsh | Out-String | Invoke-Expression # in $PROFILE
        """;

    private static string ScriptFor(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        "pwsh" => PowerShell,
        _ => throw new UsageException($"there is no completion for '{shell}'; bash, zsh, fish or pwsh was expected."),
    };
}
