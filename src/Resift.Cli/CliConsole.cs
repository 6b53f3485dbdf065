namespace Resift.Cli;

/// <summary>What a command reads from and writes to, so that tests can stand in for the terminal.</summary>
/// <param name="OpenInput">Opens standard input; called only by a command that reads it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CliConsole(Func<Stream> OpenInput, TextWriter Output, TextWriter Error)
{
    /// <summary>Gets standard output for people: only printable text comes through, whatever is written.</summary>
    public TextWriter Output { get; init => field = PrintableWriter.Around(value); } = PrintableWriter.Around(Output);

    /// <summary>Gets standard error, which is for people always.</summary>
    public TextWriter Error { get; } = PrintableWriter.Around(Error);

    /// <summary>Gets standard output for what other programs read: everything as it is, unless a terminal shows it.</summary>
    public TextWriter Data => IsOutputTerminal ? Output : ((PrintableWriter)Output).Inner;

    /// <summary>Gets what opens standard output for a protocol: bytes, as they are.</summary>
    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    public bool IsInputTerminal { get; init; }

    public bool IsOutputTerminal { get; init; }

    public bool IsErrorTerminal { get; init; }

    /// <summary>Gets a value indicating whether colours and cursor movements may be written to a terminal.</summary>
    public bool AllowsAnsi { get; init; }

    /// <summary>Gets the width in columns that a table may take.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Gets a value indicating whether Ctrl-C and SIGTERM cancel the command.</summary>
    public bool HandlesSignals { get; init; }

    /// <summary>
    /// Gets what lets an action take Ctrl-C until it is disposed, in place of the end of the process; null where there is no Ctrl-C.
    /// </summary>
    public Func<Action, IDisposable>? OnInterrupt { get; init; }

    /// <summary>Gets what gives the value of an environment variable.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Gets what holds where the command line says nothing.</summary>
    public Defaults Defaults { get; init; } = new();

    /// <summary>Gets the folder that the command runs in.</summary>
    public string Folder { get; init; } = Directory.GetCurrentDirectory();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Says something beside the result: one line on standard error, whatever the texts in it hold.</summary>
    public void Note(string message) => Error.WriteLine($"resift: {Printable.OneLine(message)}");

    /// <summary>Says what is worse about a ranking than it could be, if anything is.</summary>
    /// <param name="degradedReason">Why it is degraded; null if it is not.</param>
    /// <param name="report">How the language model that gave it answered; null if none did.</param>
    public void NoteQuality(string? degradedReason, LlmRerankReport? report)
    {
        if (degradedReason is not null)
        {
            Note($"the answer is degraded: {degradedReason}");
        }

        if (LlmReportText.Create(report) is { } repairs)
        {
            Note(repairs);
        }
    }

    /// <summary>Gets the value of an environment variable without blanks around it; null if it is not set, or blank.</summary>
    public string? Variable(string name) => Environment(name)?.Trim() is { Length: > 0 } value ? value : null;

    /// <summary>Opens a file, or standard input for <c>-</c>.</summary>
    public Utf8Input OpenText(string path) => path == "-" ? new(OpenInput(), "standard input") : Utf8Input.Open(path);
}
