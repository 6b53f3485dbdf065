using System.Globalization;
using System.Text.Json;

namespace Resift;

/// <summary>Reads the answers of all APIs, which differ in names only, and takes nothing that is not a score for every document.</summary>
internal sealed class AnswerReader(ProviderProfile profile, int documentCount, ScoreScale scale)
{
    // Sums in fp16 and fp32 may lie a little beyond the ends of their scale.
    private const double Rounding = 1e-5;

    /// <exception cref="RerankerException">The answer is no JSON, or does not score every document once.</exception>
    public WireAnswer Read(HttpResponseMessage response, byte[] body)
    {
        string? mediaType = response.Content.Headers.ContentType?.MediaType;
        if (mediaType is not null && mediaType != "application/json" && !mediaType.EndsWith("+json", StringComparison.Ordinal))
        {
            throw Nonsense(response, $"its content type is '{mediaType}'; application/json was expected. Check the endpoint's address");
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return Read(response, json.RootElement);
        }
        catch (JsonException error)
        {
            throw Nonsense(response, $"it is not JSON, or was cut off: {error.Message.TrimEnd('.')}", error);
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
            throw Nonsense(response, $"it is {Kind(root)} without '{name}'");
        }

        return list.ValueKind != JsonValueKind.Array
            ? throw Nonsense(response, $"{profile.ListName ?? "it"} is {Kind(list)}; a list was expected")
            : new(
                Scores(response, list),
                Member(root, "model") is { ValueKind: JsonValueKind.String } model ? model.GetString() : null,
                UsageReader.InputTokens(root) ?? UsageReader.InputTokens(response),
                UsageReader.SearchUnits(root));
    }

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

            scores[index] = Score(response, result, where, index);
        }

        int missing = Array.FindIndex(scores, double.IsNaN);
        return missing < 0
            ? scores
            : throw Nonsense(
                response, $"it scores {place} of {documentCount} documents, and document {missing} is not among them", index: missing);
    }

    private int Index(HttpResponseMessage response, JsonElement result, string where) => Member(result, "index") switch
    {
        null => throw Nonsense(response, $"{where} is {Kind(result)} without 'index'"),
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out int index) && (uint)index < (uint)documentCount => index,
        { } other => throw Nonsense(response, $"{where} has the index {Shown(other)}; 0 to {documentCount - 1} was expected"),
    };

    private double Score(HttpResponseMessage response, JsonElement result, string where, int index)
    {
        if (Member(result, profile.ScoreName) is not { } value)
        {
            throw Nonsense(response, $"{where} has no '{profile.ScoreName}'", index: index);
        }

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

    private RerankerException Nonsense(HttpResponseMessage response, string what, Exception? cause = null, int? index = null) =>
        new($"{profile.DisplayName}'s answer makes no sense: {what}.", cause)
        {
            StatusCode = response.StatusCode,
            RequestId = ProviderError.RequestId(response),
            DocumentIndex = index,
        };

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
