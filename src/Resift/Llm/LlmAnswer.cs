using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>A model's answer, ready to be read: without inline reasoning, and bounded.</summary>
internal sealed class LlmAnswer
{
    // No answer to our questions comes near; what follows so much prose is no answer to them.
    private const int MaxCharacters = 100_000;

    // How often a bracket in prose is tried as the beginning of JSON.
    private const int MaxAttempts = 200;

    public LlmAnswer(ChatResponse response)
    {
        Response = response;
        IsCutOff = response.FinishReason == ChatFinishReason.Length;
        Text = Reasoning.Remove(response.Text).Trim();
        Text = Text.Length > MaxCharacters ? Text[..MaxCharacters] : Text;
    }

    public ChatResponse Response { get; }

    public string Text { get; }

    /// <summary>
    /// Gets a value indicating whether the answer ended at the limit of output tokens, so that its last word may be a part of one.
    /// </summary>
    public bool IsCutOff { get; }

    /// <summary>
    /// Reads the JSON in the answer: the whole of it, else the last object or list between prose or in a fence that can be read, since a
    /// conclusion stands at the end.
    /// </summary>
    /// <param name="read">Reads the whole.</param>
    /// <param name="readInProse">Reads an object or a list that something else stands beside; null to read it as the whole.</param>
    /// <returns>What was read; null if there is no JSON, or nothing in it.</returns>
    public T? ReadJson<T>(Func<JsonElement, T?> read, Func<JsonElement, T?>? readInProse = null)
        where T : class
    {
        // By way of bytes, which lone surrogates do not survive.
        byte[] text = Encoding.UTF8.GetBytes(Text);
        if (Parse(text, read, out int length) is { } whole && text.AsSpan(length..).Trim(" \t\r\n"u8).IsEmpty)
        {
            return whole;
        }

        T? last = null;
        int at = 0;
        for (int attempt = 0; attempt < MaxAttempts && text.AsSpan(at..).IndexOfAny("{["u8) is >= 0 and var open; attempt++)
        {
            at += open;
            last = Parse(text.AsSpan(at..), readInProse ?? read, out length) ?? last;
            at += Math.Max(length, 1);
        }

        return last;
    }

    // Reads the first value of a text. Its length is 0 if it is no JSON.
    private static T? Parse<T>(ReadOnlySpan<byte> json, Func<JsonElement, T?> read, out int length)
        where T : class
    {
        length = 0;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowTrailingCommas = true, AllowMultipleValues = true });
            using var document = JsonDocument.ParseValue(ref reader);
            length = (int)reader.BytesConsumed;
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second one comes from strings with broken escapes, once they are looked at.
            return null;
        }
    }
}
