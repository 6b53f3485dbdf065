using System.Text.Json;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Writes an answer, or a prompt, as JSON with everything that is known about how it came about.</summary>
internal sealed class AnswerJson(TextWriter output, string model)
{
    /// <summary>Writes what the model would be asked: nothing, where there is no passage to answer from.</summary>
    public void Write(RagPrompt prompt) => Json.WriteLine(output, indented: true, json =>
    {
        json.WriteStartObject();
        Begin(json, prompt);
        json.WriteBoolean("model_asked", prompt.Passages.Count > 0);
        json.WriteStartArray("messages");
        foreach (var message in prompt.Passages.Count > 0 ? prompt.Messages : [])
        {
            json.WriteStartObject();
            json.WriteString("role", message.Role.Value);
            json.WriteString("content", message.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WritePassages(json, prompt.Passages, []);
        json.WriteEndObject();
    });

    /// <summary>Writes an answer.</summary>
    public void Write(RagAnswer answer) => Json.WriteLine(output, indented: true, json =>
    {
        json.WriteStartObject();
        Begin(json, answer.Prompt);
        json.WriteBoolean("model_asked", answer.IsModelCalled);
        json.WriteString("answer", answer.Text);
        json.WriteString("finish_reason", answer.FinishReason?.Value);
        WriteCitations(json, "citations", answer.Citations);
        WriteCitations(json, "invalid_citations", answer.InvalidCitations);
        WritePassages(json, answer.Passages, answer.CitedPassages);
        SearchJson.WriteTimings(json, answer.Timings);
        json.WriteStartObject("usage");
        SearchJson.WriteUsage(json, answer.Search);
        WriteCount(json, "chat_input_tokens", answer.ChatUsage?.InputTokenCount);
        WriteCount(json, "chat_output_tokens", answer.ChatUsage?.OutputTokenCount);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private void Begin(Utf8JsonWriter json, RagPrompt prompt)
    {
        json.WriteString("question", prompt.Question);
        json.WriteString("model", model);
        json.WriteString("degraded", prompt.Search.DegradedReason);
        json.WriteLlm(prompt.Search.LlmReport);
        json.WriteNumber("context_tokens", prompt.ContextTokens);
        json.WriteNumber("passages_left_out", prompt.LeftOut.Count);
    }

    private static void WriteCitations(Utf8JsonWriter json, string name, IReadOnlyList<RagCitation> citations)
    {
        json.WriteStartArray(name);
        foreach (var citation in citations)
        {
            json.WriteStartObject();
            json.WriteNumber("number", citation.Number);
            json.WriteNumber("start", citation.Start);
            json.WriteNumber("length", citation.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePassages(Utf8JsonWriter json, IReadOnlyList<RagPassage> passages, IReadOnlyList<RagPassage> cited)
    {
        json.WriteStartArray("passages");
        foreach (var passage in passages)
        {
            json.WriteStartObject();
            json.WriteNumber("number", passage.Number);
            json.WriteBoolean("cited", cited.Contains(passage));
            json.WritePropertyName("hit");
            SearchJson.WriteHit(json, passage.Hit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCount(Utf8JsonWriter json, string name, long? count)
    {
        if (count is { } known)
        {
            json.WriteNumber(name, known);
        }
    }
}
