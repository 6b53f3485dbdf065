using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Resift.Tests;

/// <summary>Keeps what is logged from a level upwards.</summary>
internal sealed class CollectingLoggerFactory(LogLevel minimum) : ILoggerFactory
{
    public ConcurrentQueue<LogEntry> Entries { get; } = [];

    /// <summary>Gets the categories of the loggers that were made.</summary>
    public ConcurrentQueue<string> Categories { get; } = [];

    public ILogger CreateLogger(string categoryName)
    {
        Categories.Enqueue(categoryName);
        return new Logger(this, minimum);
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Logger(CollectingLoggerFactory factory, LogLevel minimum) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                factory.Entries.Enqueue(new(logLevel, formatter(state, exception), exception));
            }
        }
    }
}

internal sealed record LogEntry(LogLevel Level, string Message, Exception? Exception);
