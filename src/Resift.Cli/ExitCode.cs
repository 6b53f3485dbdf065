namespace Resift.Cli;

/// <summary>The exit codes of the tool, as the help of the root command and docs/cli.md state them.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Something in the input or the model is wrong: a bad file, no documents, a model that cannot be read.</summary>
    public const int Error = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>128 + SIGINT, as shells report it.</summary>
    public const int Cancelled = 130;

    /// <summary>128 + SIGPIPE: whoever read our output stopped reading, which is no error of anybody.</summary>
    public const int BrokenPipe = 141;
}
