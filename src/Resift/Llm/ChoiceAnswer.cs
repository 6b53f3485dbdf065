using System.Text.Json;

namespace Resift;

/// <summary>What a model prefers of two documents.</summary>
internal enum Choice
{
    A,
    B,
    Neither,
}

/// <summary>Reads which of two documents a model prefers.</summary>
internal static class ChoiceAnswer
{
    private const string Property = "better";

    // Before a letter that means a document: without one of them, "A" is English for "one".
    private static readonly string[] _nouns = ["document", "passage"];

    /// <summary>Reads the choice: the JSON property, the letter alone, or the only document that the text names.</summary>
    /// <returns>The choice; null if the answer makes none.</returns>
    public static Choice? Read(LlmAnswer answer)
    {
        string text = answer.ReadJson(Better) ?? answer.Text;
        return Parse(text) ?? (Names(text, 'A'), Names(text, 'B')) switch
        {
            (true, false) => Choice.A,
            (false, true) => Choice.B,
            _ => null,
        };
    }

    private static Choice? Parse(string text) => text.AsSpan().Trim("\"'`*.[]() \r\n\t") switch
    {
        "A" or "a" => Choice.A,
        "B" or "b" => Choice.B,
        "tie" or "Tie" or "TIE" => Choice.Neither,
        _ => null,
    };

    private static bool Names(string text, char letter) => _nouns.Any(noun => Contains(text, $"{noun} {letter}"));

    private static bool Contains(string text, string name)
    {
        for (int i = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); i >= 0;
            i = text.IndexOf(name, i + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (i + name.Length == text.Length || !char.IsLetterOrDigit(text[i + name.Length]))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Better(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(Property, out var better) && better.ValueKind == JsonValueKind.String
            ? better.GetString()
            : null;
}
