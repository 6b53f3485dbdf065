using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Resift.AspNetCore;

/// <summary>TEI's <c>/embed</c>.</summary>
internal sealed class TeiEmbedEndpoint(EmbeddingWork work) : ServerEndpoint
{
    public override string Operation => "embeddings";

    public override OperationDescription Description { get; } =
        new("Embeddings", "Makes vectors of texts.", () => [ServerSamples.TeiEmbed(RerankRoute.Tei)]);

    public override Dialect DialectOf(HttpRequest request) => RerankRoute.Tei;

    public override async Task<Action<Utf8JsonWriter>> AnswerAsync(
        HttpContext context, Dialect dialect, RequestBody body, string requestId)
    {
        bool refusesCuts = TeiDialect.ReadTruncation(body) is TruncationPolicy.Error;
        bool normalizes = body.Flag("normalize") ?? true;
        int? dimensions = body.Number("dimensions");
        if (dimensions < 1)
        {
            throw new ServerProblem(ProblemKind.Invalid, $"`dimensions` is {dimensions}; at least 1 was expected");
        }

        var wishes = new EmbeddingGenerationOptions { Dimensions = dimensions };
        wishes.SetPurpose(ReadPurpose(body));
        string[] texts = work.ReadTexts(body.Find("inputs"), "inputs", int.MaxValue, RequestBody.TextOf);
        var (vectors, _, _) = await work.EmbedAsync(context, body.Text("model"), texts, wishes).ConfigureAwait(false);
        if (refusesCuts)
        {
            ThrowIfCut(vectors);
        }

        return writer =>
        {
            writer.WriteStartArray();
            foreach (var vector in vectors)
            {
                VectorJson.Write(writer, normalizes ? UnitLength(vector.Vector.Span) : vector.Vector.Span);
            }

            writer.WriteEndArray();
        };
    }

    private static EmbeddingPurpose? ReadPurpose(RequestBody body) => body.Text("prompt_name") switch
    {
        null => null,
        "query" => EmbeddingPurpose.Query,
        "document" or "passage" => EmbeddingPurpose.Document,
        var other => throw new ServerProblem(ProblemKind.Invalid,
            $"`prompt_name` is '{other}'; 'query', 'document' or 'passage' was expected"),
    };

    private static void ThrowIfCut(GeneratedEmbeddings<Embedding<float>> vectors)
    {
        for (int i = 0; i < vectors.Count; i++)
        {
            if (vectors[i].GetTruncatedTokens() is > 0 and var cut)
            {
                throw new ServerProblem(ProblemKind.Invalid,
                    $"`inputs[{i}]` has {cut} tokens more than the model reads, and `truncate` is false");
            }
        }
    }

    private static float[] UnitLength(ReadOnlySpan<float> vector)
    {
        double squares = 0;
        foreach (float component in vector)
        {
            squares += (double)component * component;
        }

        // A vector of zeros has no direction, and stays.
        double length = squares > 0 ? Math.Sqrt(squares) : 1;
        float[] unit = new float[vector.Length];
        for (int i = 0; i < unit.Length; i++)
        {
            unit[i] = (float)(vector[i] / length);
        }

        return unit;
    }
}
