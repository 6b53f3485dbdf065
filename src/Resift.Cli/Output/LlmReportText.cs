using System.Globalization;
using System.Text.Json;

namespace Resift.Cli;

/// <summary>Says what had to be done to a language model's answers before they were a ranking.</summary>
internal static class LlmReportText
{
    /// <summary>
    /// Gets the sentence about a report; null if no language model was asked, or all of its answers could be taken as they were.
    /// </summary>
    public static string? Create(LlmRerankReport? report)
    {
        if (report is null)
        {
            return null;
        }

        (int Count, string What)[] counts =
        [
            (report.MalformedAnswers, "unreadable, so that documents keep their order"),
            (report.RefusedAnswers, "refused"),
            (report.Retries, "asked for again"),
            (report.RepairedAnswers, "repaired"),
            (report.MissingIds, "documents missing"),
            (report.RepeatedIds, "documents named again"),
            (report.UnknownIds, "documents that there are not"),
        ];
        var told = counts.Where(count => count.Count > 0)
            .Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Count:N0} {count.What}"));
        string all = string.Join(", ", told);
        return all is ""
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"the language model's answers to {report.Calls:N0} requests needed care: {all}");
    }

    /// <summary>Writes a report as the property <c>llm</c>; nothing if no language model was asked.</summary>
    public static void WriteLlm(this Utf8JsonWriter json, LlmRerankReport? report)
    {
        if (report is null)
        {
            return;
        }

        json.WriteStartObject("llm");
        json.WriteNumber("calls", report.Calls);
        json.WriteNumber("malformed_answers", report.MalformedAnswers);
        json.WriteNumber("refused_answers", report.RefusedAnswers);
        json.WriteNumber("retries", report.Retries);
        json.WriteNumber("repaired_answers", report.RepairedAnswers);
        json.WriteNumber("missing_ids", report.MissingIds);
        json.WriteNumber("repeated_ids", report.RepeatedIds);
        json.WriteNumber("unknown_ids", report.UnknownIds);
        if (report.OutputTokens is { } tokens)
        {
            json.WriteNumber("output_tokens", tokens);
        }

        json.WriteEndObject();
    }
}
