using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Resift.Cli;

/// <summary>
/// Writes JSON to a text writer, with other scripts than Latin and emoji readable as they are, and everything escaped that a terminal
/// should not see.
/// </summary>
internal static class Json
{
    // A character beyond the first plane as the writer has it: \uD83C\uDF5E.
    private const int EscapedPair = 12;

    private static readonly JsonWriterOptions _compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions _indented = _compact with { Indented = true };

    /// <summary>Writes one JSON value and the end of its line.</summary>
    public static void WriteLine(TextWriter output, bool indented, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, indented ? _indented : _compact))
        {
            write(json);
        }

        output.Write(Readable(Encoding.UTF8.GetString(buffer.WrittenSpan)));
        output.Write('\n');
    }

    /// <summary>Writes a score; the infinite logit of a probability of 0 or 1, which JSON has no number for, as null.</summary>
    public static void WriteScore(this Utf8JsonWriter json, double score)
    {
        json.WritePropertyName("score");
        if (double.IsFinite(score))
        {
            json.WriteNumberValue(score);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    public static string Name(this ScoreScale scale) => scale.ToString().ToLowerInvariant();

    // The writer escapes all characters beyond the first plane, and lets through those that turn the direction of writing. Outside of
    // strings JSON has neither.
    private static string Readable(string json)
    {
        var readable = new StringBuilder(json.Length);
        for (int at = 0; at < json.Length;)
        {
            if (json[at] == '\\')
            {
                string? shown = Pair(json.AsSpan(at)) is { } rune && !Printable.IsInvisible(rune) ? rune.ToString() : null;
                int length = shown is null ? 2 : EscapedPair;
                readable.Append(shown ?? json.AsSpan(at, length));
                at += length;
                continue;
            }

            char character = json[at++];
            if (Rune.TryCreate(character, out var single) && Printable.IsInvisible(single))
            {
                readable.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            }
            else
            {
                readable.Append(character);
            }
        }

        return readable.ToString();
    }

    private static Rune? Pair(ReadOnlySpan<char> json) => json.Length >= EscapedPair
        && Unit(json) is { } high && Unit(json[(EscapedPair / 2)..]) is { } low && Rune.TryCreate(high, low, out var rune) ? rune : null;

    private static char? Unit(ReadOnlySpan<char> json) => json.StartsWith("\\u", StringComparison.Ordinal)
        && ushort.TryParse(json[2..(EscapedPair / 2)], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit)
        ? (char)unit
        : null;
}
