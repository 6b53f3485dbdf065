using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Resift.AspNetCore;

/// <summary>OpenAI's <c>/v1/embeddings</c>.</summary>
internal sealed class OpenAIEmbeddingsEndpoint(Dialect openAI, EmbeddingWork work) : ServerEndpoint
{
    private const int MaxTexts = 2048;

    public override string Operation => "embeddings";

    public override OperationDescription Description { get; } =
        new("Embeddings", "Makes vectors of texts.", () => [ServerSamples.OpenAIEmbeddings(openAI)]);

    public override Dialect DialectOf(HttpRequest request) => openAI;

    public override async Task<Action<Utf8JsonWriter>> AnswerAsync(
        HttpContext context, Dialect dialect, RequestBody body, string requestId)
    {
        string format = body.Text("encoding_format") ?? "float";
        if (format is not ("float" or "base64"))
        {
            throw new ServerProblem(ProblemKind.Invalid, $"'encoding_format' is '{format}'; 'float' or 'base64' was expected.");
        }

        int? dimensions = body.Number("dimensions");
        if (dimensions < 1)
        {
            throw new ServerProblem(ProblemKind.Invalid, $"'dimensions' is {dimensions}; at least 1 was expected.");
        }

        string[] texts = work.ReadTexts(body.Find("input"), "input", MaxTexts, ReadText);
        var (vectors, model, tokens) = await work
            .EmbedAsync(context, body.Text("model"), texts, new() { Dimensions = dimensions }).ConfigureAwait(false);
        return writer => Write(writer, vectors, model, tokens, isBase64: format == "base64");
    }

    private static string ReadText(JsonElement item, string name)
    {
        if (item.ValueKind is JsonValueKind.Number or JsonValueKind.Array)
        {
            throw new ServerProblem(ProblemKind.Invalid, $"'{name}' has token numbers, which mean nothing to a model with a vocabulary " +
                "of its own; send texts. With LangChain's OpenAIEmbeddings: check_embedding_ctx_length=False.");
        }

        string text = RequestBody.TextOf(item, name);
        return text.Length > 0 ? text : throw new ServerProblem(ProblemKind.Invalid, $"'{name}' is an empty string; a text was expected.");
    }

    private static void Write(
        Utf8JsonWriter writer, GeneratedEmbeddings<Embedding<float>> vectors, string model, long tokens, bool isBase64)
    {
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        for (int i = 0; i < vectors.Count; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("object", "embedding");
            writer.WriteNumber("index", i);
            writer.WritePropertyName("embedding");
            var vector = vectors[i].Vector.Span;
            if (isBase64)
            {
                writer.WriteBase64StringValue(LittleEndian(vector));
            }
            else
            {
                VectorJson.Write(writer, vector);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("model", model);
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", tokens);
        writer.WriteNumber("total_tokens", tokens);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static byte[] LittleEndian(ReadOnlySpan<float> vector)
    {
        byte[] bytes = new byte[vector.Length * sizeof(float)];
        for (int i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        return bytes;
    }
}

/// <summary>Writes vectors as JSON.</summary>
internal static class VectorJson
{
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<float> vector)
    {
        writer.WriteStartArray();
        foreach (float component in vector)
        {
            writer.WriteNumberValue(component);
        }

        writer.WriteEndArray();
    }
}
