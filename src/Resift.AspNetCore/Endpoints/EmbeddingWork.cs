using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Resift.AspNetCore;

/// <summary>Embeds texts for whichever dialect asks.</summary>
internal sealed class EmbeddingWork(ResiftServerOptions options, ServerModels models, WorkGate gate)
{
    /// <summary>Reads a field that holds a text or several.</summary>
    /// <param name="value">The field.</param>
    /// <param name="name">Its name.</param>
    /// <param name="mostOfDialect">How many texts the original takes.</param>
    /// <param name="readText">Reads one.</param>
    public string[] ReadTexts(JsonElement? value, string name, int mostOfDialect, Func<JsonElement, string, string> readText)
    {
        if (value is not { ValueKind: JsonValueKind.Array } array)
        {
            return value is { } single
                ? [readText(single, name)]
                : throw new ServerProblem(ProblemKind.Empty, $"'{name}' is missing; a string or an array of strings was expected.");
        }

        int count = array.GetArrayLength();
        int most = Math.Min(options.MaxDocuments, mostOfDialect);
        if (count == 0)
        {
            throw new ServerProblem(ProblemKind.Empty, $"'{name}' is an empty array; at least one text was expected.");
        }

        return count <= most
            ? [.. array.EnumerateArray().Select((item, index) => readText(item, $"{name}[{index}]"))]
            : throw new ServerProblem(ProblemKind.TooMany, $"'{name}' has {count} texts; at most {most} are taken in one request.");
    }

    /// <summary>Embeds texts.</summary>
    /// <returns>
    /// The vectors in their order, the model's name, and the tokens that were read, estimated where the model does not say.
    /// </returns>
    public async Task<(GeneratedEmbeddings<Embedding<float>> Vectors, string Model, long Tokens)> EmbedAsync(
        HttpContext context, string? model, string[] texts, EmbeddingGenerationOptions wishes)
    {
        var (name, generator) = models.FindEmbedder(context, model);
        long estimate = texts.Sum(text => (long)TokenEstimate.Count(text));
        var record = RequestRecord.Of(context);
        (record.Model, record.Documents, record.Tokens) = (name, texts.Length, estimate);
        using var work = gate.EnterWork(context, estimate);
        var vectors = await ModelCall.RunAsync(() => generator.GenerateAsync(texts, wishes, context.RequestAborted)).ConfigureAwait(false);
        if (vectors.Count != texts.Length)
        {
            throw new ModelFailure(ProblemKind.ModelFailed, "The model failed; the server's log says why.",
                new RerankerException($"The model '{name}' gave {vectors.Count} vectors for {texts.Length} texts."));
        }

        int truncated = vectors.Count(vector => vector.GetTruncatedTokens() > 0);
        ServerEndpoint.SetHeaders(context.Response.Headers, name, truncated, isDegraded: false);
        record.Tokens = vectors.Usage?.InputTokenCount ?? estimate;
        return (vectors, name, record.Tokens.Value);
    }
}
