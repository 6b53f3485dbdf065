namespace Resift.Cli;

/// <summary>Turns an exception into one clear line and an exit code.</summary>
internal static class Failure
{
    // EPIPE, which .NET puts into HResult as it is; the same number on Linux and macOS.
    private const int BrokenPipe = 32;

    /// <summary>Determines whether an exception says that nobody reads our output any more.</summary>
    public static bool IsBrokenPipe(Exception exception) => exception is IOException { HResult: BrokenPipe };

    public static int Report(Exception exception, bool verbose, TextWriter error)
    {
        if (IsBrokenPipe(exception))
        {
            return ExitCode.BrokenPipe;
        }

        if (exception is OperationCanceledException)
        {
            error.WriteLine("resift: cancelled");
            return ExitCode.Cancelled;
        }

        error.WriteLine(verbose ? $"resift: {exception}" : $"resift: {Line(exception)}");
        return exception is UsageException ? ExitCode.Usage : ExitCode.Error;
    }

    private static string Line(Exception exception)
    {
        string message = exception.Message;
        if (exception is ArgumentException { ParamName: { } name })
        {
            // The parameter of some method says nothing to somebody at a command line.
            message = message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal);
        }

        message = Printable.OneLine(message);
        return IsExpected(exception)
            ? message
            : $"unexpected {exception.GetType().Name}: {message} (--verbose shows where; please report it)";
    }

    private static bool IsExpected(Exception exception) => exception is UsageException or InvalidDataException or IOException
        or UnauthorizedAccessException or TimeoutException or HttpRequestException or NotSupportedException or RerankerException
        or ArgumentException;
}
