using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Resift.Cli;

/// <summary>Writes JSON to a text writer, with other scripts than Latin readable as they are.</summary>
internal static class Json
{
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

        output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
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
}
