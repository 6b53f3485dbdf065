using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Resift;

/// <summary>Reads the answers of all APIs, which differ in names only, and takes nothing that is not a score for every document.</summary>
/// <param name="profile">The API.</param>
/// <param name="documentCount">How many documents the request had.</param>
/// <param name="scale">What the scores mean.</param>
/// <param name="redaction">Takes secrets out of what is quoted.</param>
internal sealed class AnswerReader(ProviderProfile profile, int documentCount, ScoreScale scale, Redaction redaction)
{
    // Sums in fp16 and fp32 may lie a little beyond the ends of their scale.
    private const double Rounding = 1e-5;

    /// <exception cref="RerankerException">The answer is no JSON, or does not score every document once.</exception>
    public WireAnswer Read(HttpResponseMessage response, byte[] body)
    {
        string? mediaType = response.Content.Headers.ContentType?.MediaType;
        bool isJson = mediaType is null || IsJson(mediaType);

        // Whoever serves JSON under another type has it read; a page of a proxy is none.
        if (!isJson && mediaType!.Contains("html", StringComparison.OrdinalIgnoreCase))
        {
            throw OfOtherType(response, mediaType);
        }

        try
        {
            using var json = JsonDocument.Parse(WithoutByteOrderMark(body));
            return Read(response, json.RootElement);
        }
        catch (JsonException error)
        {
            throw isJson
                ? Nonsense(response, $"it is not JSON, or was cut off{NaNIn(body)}: {error.Message.TrimEnd('.')}", error)
                : OfOtherType(response, mediaType!);
        }
        catch (InvalidOperationException error)
        {
            // A text of JSON that is no text: escapes of half a character.
            throw Nonsense(response, $"a text in it is invalid: {error.Message.TrimEnd('.')}", error);
        }
    }

    private WireAnswer Read(HttpResponseMessage response, JsonElement root)
    {
        var list = root;
        if (profile.ListName is { } name && (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out list)))
        {
            string said = ProviderError.Message(root) is { } message ? $", and says '{ProviderError.Short(redaction.Of(message))}'" : "";
            throw Nonsense(response, $"it is {Kind(root)} without '{name}'{said}");
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Nonsense(response, $"{profile.ListName ?? "it"} is {Kind(list)}; a list was expected");
        }

        return new(
            profile.IndexName is null ? Numbers(response, list) : Scores(response, list),
            Member(root, "model") is { ValueKind: JsonValueKind.String } model ? redaction.OfName(model.GetString()) : null,
            UsageReader.InputTokens(response, root),
            UsageReader.SearchUnits(root));
    }

    private double[] Numbers(HttpResponseMessage response, JsonElement list) => list.GetArrayLength() == documentCount
        ? [.. list.EnumerateArray().Select((value, index) => Score(response, value, $"result {index}", index))]
        : throw Nonsense(response, $"it has {list.GetArrayLength()} scores for {documentCount} documents");

    private double[] Scores(HttpResponseMessage response, JsonElement list)
    {
        double[] scores = new double[documentCount];
        Array.Fill(scores, double.NaN);
        int place = 0;
        foreach (var result in list.EnumerateArray())
        {
            string where = $"result {place++}";
            int index = Index(response, result, where);
            if (!double.IsNaN(scores[index]))
            {
                throw Nonsense(response, $"{where} has the index {index}, as one before it has", index: index);
            }

            scores[index] = Member(result, profile.ScoreName) is { } value
                ? Score(response, value, where, index)
                : throw Nonsense(response, $"{where} has no '{profile.ScoreName}'", index: index);
        }

        int missing = Array.FindIndex(scores, double.IsNaN);
        return missing < 0
            ? scores
            : throw Nonsense(
                response, $"it scores {place} of {documentCount} documents, and document {missing} is not among them", index: missing);
    }

    private int Index(HttpResponseMessage response, JsonElement result, string where) => Member(result, profile.IndexName!) switch
    {
        null => throw Nonsense(response, $"{where} is {Kind(result)} without '{profile.IndexName}'"),
        { } given when IndexIn(given) is { } index && (uint)index < (uint)documentCount => index,
        { } other => throw Nonsense(
            response, $"{where} has the index {Shown(other)}; a whole number from 0 to {documentCount - 1} was expected"),
    };

    // A service that wants names for documents gets their numbers, and gives them back as text.
    private int? IndexIn(JsonElement given) => given.ValueKind switch
    {
        JsonValueKind.Number when given.TryGetDouble(out double number) && number == (int)number => (int)number,
        JsonValueKind.String when profile.IndexName != ProviderProfile.UsualIndexName &&
            int.TryParse(given.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
        _ => null,
    };

    private double Score(HttpResponseMessage response, JsonElement value, string where, int index)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double score) || !double.IsFinite(score))
        {
            throw Nonsense(response, $"{where} has the score {Shown(value)}; a finite number was expected", index: index);
        }

        var (low, high) = scale switch
        {
            ScoreScale.Probability => (0d, 1d),
            ScoreScale.Cosine => (-1d, 1d),
            _ => (double.MinValue, double.MaxValue),
        };
        return score < low - Rounding || score > high + Rounding
            ? throw Nonsense(
                response,
                $"{where} has the score {Shown(value)}; on the scale '{scale}', {low} to {high} was expected. If the model gives " +
                    $"other scores, set {nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.ScoreScale)}",
                index: index)
            : Math.Clamp(score, low, high);
    }

    private RerankerException OfOtherType(HttpResponseMessage response, string mediaType) => Nonsense(
        response, $"its content type is '{mediaType}'; application/json was expected. Check the endpoint's address");

    private RerankerException Nonsense(HttpResponseMessage response, string what, Exception? cause = null, int? index = null) =>
        new(redaction.Of($"{profile.DisplayName}'s answer makes no sense: {what}."), cause)
        {
            StatusCode = response.StatusCode,
            RequestId = redaction.OfName(ProviderError.RequestId(response)),
            DocumentIndex = index,
        };

    // Types are compared without case: RFC 9110, section 8.3.1.
    private static bool IsJson(string mediaType) => mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);

    // As servers in Python write what is no number; JSON has no word for it.
    private static string NaNIn(byte[] body) => body.AsSpan().IndexOf("NaN"u8) >= 0 ? ", or has NaN in the place of a score" : "";

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(byte[] body) =>
        body.AsMemory(body.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0);

    private static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out double number) => number.ToString("R", CultureInfo.InvariantCulture),
        JsonValueKind.Null => "null",
        _ => Kind(value),
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
