using System.Text;

namespace Resift.Cli;

/// <summary>Stands before a stream that people read, and lets through nothing but printable text.</summary>
/// <remarks>What draws tables and progress writes to <see cref="Inner"/> instead, since its escape sequences are ours.</remarks>
internal sealed class PrintableWriter : TextWriter
{
    // The first half of a surrogate pair whose second half may come with the next call.
    private char? _half;

    private PrintableWriter(TextWriter inner) => Inner = inner;

    /// <summary>Gets the stream behind.</summary>
    public TextWriter Inner { get; }

    public override Encoding Encoding => Inner.Encoding;

    public static PrintableWriter Around(TextWriter writer) => writer as PrintableWriter ?? new(writer);

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        string text = _half is { } half ? string.Concat([half], buffer) : buffer.ToString();
        bool isSplit = text.Length > 0 && char.IsHighSurrogate(text[^1]);
        _half = isSplit ? text[^1] : null;
        Inner.Write(Printable.Text(isSplit ? text.AsSpan(..^1) : text));
    }

    public override void WriteLine() => Inner.WriteLine();

    public override void WriteLine(string? value)
    {
        Write(value);
        WriteLine();
    }

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteLineAsync()
    {
        WriteLine();
        return Task.CompletedTask;
    }

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    public override void Flush() => Inner.Flush();

    public override Task FlushAsync() => Inner.FlushAsync();

    public override Task FlushAsync(CancellationToken cancellationToken) => Inner.FlushAsync(cancellationToken);
}
