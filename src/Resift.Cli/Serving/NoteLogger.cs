using Microsoft.Extensions.Logging;

namespace Resift.Cli;

/// <summary>Shows what a server logs as other notes are shown: a line on standard error.</summary>
internal sealed class NoteLogger(CliConsole console) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            // Requests fail side by side.
            lock (console.Error)
            {
                console.Note(exception is null
                    ? formatter(state, null)
                    : $"{formatter(state, exception)} {exception.GetType().Name}: {exception.Message}");
            }
        }
    }

    public void Dispose()
    {
    }
}
