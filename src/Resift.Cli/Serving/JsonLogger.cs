using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Resift.Cli;

/// <summary>
/// Writes what a server logs as a JSON object a line on standard error: each request with its size, and nothing of its texts.
/// </summary>
internal sealed class JsonLogger(CliConsole console) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Category(console, categoryName);

    public void Dispose()
    {
    }

    private sealed class Category(CliConsole console, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                writer.WriteStartObject();
                writer.WriteString("time", console.Time.GetUtcNow());
                writer.WriteString("level", logLevel.ToString().ToLowerInvariant());
                writer.WriteString("category", name);
                writer.WriteString("message", formatter(state, exception));
                if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
                {
                    writer.WriteString("traceId", activity.TraceId.ToHexString());
                    writer.WriteString("spanId", activity.SpanId.ToHexString());
                }

                WriteFields(writer, state as IEnumerable<KeyValuePair<string, object?>> ?? []);
                if (exception is not null)
                {
                    writer.WriteString("exception", $"{exception.GetType().Name}: {exception.Message}");
                }

                writer.WriteEndObject();
            }

            // Requests end side by side.
            lock (console.Error)
            {
                console.Error.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
            }
        }

        private static void WriteFields(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> fields)
        {
            writer.WriteStartObject("fields");
            foreach (var (field, value) in fields)
            {
                // The template that the message was made of has braces around its name.
                if (value is null || field is ['{', ..])
                {
                    continue;
                }

                writer.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(field));
                switch (value)
                {
                    case int number:
                        writer.WriteNumberValue(number);
                        break;
                    case long number:
                        writer.WriteNumberValue(number);
                        break;
                    case double number when double.IsFinite(number):
                        writer.WriteNumberValue(number);
                        break;
                    case bool flag:
                        writer.WriteBooleanValue(flag);
                        break;
                    default:
                        writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                        break;
                }
            }

            writer.WriteEndObject();
        }
    }
}
