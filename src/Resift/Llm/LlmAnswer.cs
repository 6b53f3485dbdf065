using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>A model's answer, ready to be read: without inline reasoning, and bounded.</summary>
internal sealed class LlmAnswer
{
    // No answer to our questions comes near; what follows so much prose is no answer to them.
    private const int MaxCharacters = 100_000;
    private const string ReasoningStart = "<think>";
    private const string ReasoningEnd = "</think>";

    public LlmAnswer(ChatResponse response)
    {
        Response = response;
        IsCutOff = response.FinishReason == ChatFinishReason.Length;
        Text = WithoutReasoning(response.Text);
        Text = Text.Length > MaxCharacters ? Text[..MaxCharacters] : Text;
    }

    public ChatResponse Response { get; }

    public string Text { get; }

    /// <summary>
    /// Gets a value indicating whether the answer ended at the limit of output tokens, so that its last word may be a part of one.
    /// </summary>
    public bool IsCutOff { get; }

    /// <summary>
    /// Reads the JSON in the answer: the whole of it, or what its outermost braces hold, such as between prose or in a fence.
    /// </summary>
    /// <returns>What was read; null if there is no JSON, or nothing in it.</returns>
    public T? ReadJson<T>(Func<JsonElement, T?> read)
        where T : class
    {
        int open = Text.IndexOf('{');
        int close = Text.LastIndexOf('}');
        return Parse(Text, read) ?? (open >= 0 && close > open ? Parse(Text[open..(close + 1)], read) : null);
    }

    private static T? Parse<T>(string json, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            // By way of bytes, which lone surrogates do not survive.
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(json), new() { AllowTrailingCommas = true });
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second one comes from strings with broken escapes, once they are looked at.
            return null;
        }
    }

    private static string WithoutReasoning(string text)
    {
        int end = text.LastIndexOf(ReasoningEnd, StringComparison.Ordinal);
        return end >= 0 ? text[(end + ReasoningEnd.Length)..].Trim()
            : text.AsSpan().TrimStart().StartsWith(ReasoningStart, StringComparison.Ordinal) ? ""
            : text.Trim();
    }
}
