using System.Text.Json;

namespace Resift.AspNetCore;

/// <summary>What a client of <c>/resift/rerank</c> asks for.</summary>
internal sealed record RankingsCall(IReadOnlyList<string> Queries, IReadOnlyList<(string? Id, string Text)> Documents)
{
    private static readonly string[] _rankedFields = ["text"];

    public string? Model { get; init; }

    /// <summary>Gets the scale of the scores; null for the model's own.</summary>
    public ScoreScale? Scale { get; init; }

    public double? MinScore { get; init; }

    public bool ReturnsDocuments { get; init; }

    public required RerankOptions Wishes { get; init; }

    /// <summary>Gets the texts of the documents.</summary>
    public IReadOnlyList<string> Texts { get; } = [.. Documents.Select(document => document.Text)];

    /// <summary>Reads a request.</summary>
    /// <exception cref="ServerProblem">It means nothing, or asks for too much.</exception>
    public static RankingsCall Read(RequestBody body, int maxDocuments)
    {
        string[] queries = ReadQueries(body);
        var documents = ReadDocuments(body, maxDocuments);
        if ((long)queries.Length * documents.Length > maxDocuments)
        {
            throw new ServerProblem(ProblemKind.TooMany, $"{queries.Length} queries with {documents.Length} documents are " +
                $"{(long)queries.Length * documents.Length} pairs; at most {maxDocuments} are taken in one request.");
        }

        var (scale, minScore) = ScaleWords.Read(body);
        return new(queries, documents)
        {
            Model = body.Text("model"),
            Scale = scale,
            MinScore = minScore,
            ReturnsDocuments = body.Flag("return_documents") ?? false,
            Wishes = new()
            {
                TopN = body.AtLeastOne("top_n"),
                MaxTokensPerDocument = body.AtLeastOne("max_tokens_per_document"),
                Truncation = ReadTruncation(body),
                Instruction = body.Text("instruction"),
            },
        };
    }

    /// <summary>Estimates how many tokens are read.</summary>
    public long EstimateTokens(int mostPerPair)
    {
        int[] lengths = [.. Texts.Select(text => TokenEstimate.Count(text))];
        return Queries.Sum(text =>
        {
            long query = TokenEstimate.Count(text);
            return lengths.Sum(document => Math.Min(query + document, mostPerPair));
        });
    }

    /// <summary>Creates what a client is told of a ranking.</summary>
    /// <param name="index">The place of the query.</param>
    /// <param name="response">The ranking.</param>
    /// <param name="milliseconds">How long it took.</param>
    /// <exception cref="ServerProblem">The scores cannot be had on the scale that is asked for.</exception>
    public Ranking ToRanking(int index, RerankResponse response, double milliseconds)
    {
        bool isConvertible = Scale is not { } wanted || response.ScoreScale.CanConvertTo(wanted);
        if (!isConvertible && !response.IsDegraded)
        {
            throw ScaleWords.NotOf(response.ScoreScale, Scale!.Value);
        }

        // What stands in for the model has scores of its own, which a threshold for the model's says nothing about.
        bool isCut = MinScore is not null && !response.IsDegraded;
        var shown = isConvertible && Scale is { } scale ? response.ConvertTo(scale) : response;
        if (isCut)
        {
            shown = shown.Where(result => result.Score >= MinScore && !result.IsUnscored);
        }

        return new(
            Queries[index],
            shown.ScoreScale.Name(),
            [.. shown.Results.Select((result, place) => ToDocument(result, place, shown.ScoreScale))],
            [.. (response.Usage?.TruncatedDocuments ?? []).Select(cut => new CutDocument(cut.Index, cut.TokensCut)
            {
                Id = Documents[cut.Index].Id,
            })],
            milliseconds)
        {
            QueryTokensCut = response.Usage?.QueryTokensCut is > 0 and var tokens ? tokens : null,
            MinScoreApplied = MinScore is null ? null : isCut,
            Degraded = response.IsDegraded ? true : null,
        };
    }

    private RankedDocument ToDocument(RerankResult result, int place, ScoreScale scale) => new(
        place + 1, result.Index, ScaleWords.Finite(result.Score, scale))
    {
        Id = Documents[result.Index].Id,
        Text = ReturnsDocuments ? Documents[result.Index].Text : null,
        Unscored = result.IsUnscored ? true : null,
        Window = result.Window is { } window ? new(window.Start, window.Length) : null,
    };

    private static string[] ReadQueries(RequestBody body)
    {
        string[] queries = body.Find("query") switch
        {
            null => throw new ServerProblem(ProblemKind.Empty, "'query' is missing; a string or an array of strings was expected."),
            { ValueKind: JsonValueKind.Array } several =>
                [.. several.EnumerateArray().Select((item, index) => RequestBody.TextOf(item, $"query[{index}]"))],
            { } one => [RequestBody.TextOf(one, "query")],
        };
        int blank = Array.FindIndex(queries, string.IsNullOrWhiteSpace);
        return queries.Length == 0 ? throw new ServerProblem(ProblemKind.Empty, "'query' is an empty array; at least one was expected.")
            : blank >= 0 ? throw new ServerProblem(ProblemKind.Invalid,
                $"Query {blank} is empty or only white space; a question or a few words were expected.")
            : queries;
    }

    private static (string? Id, string Text)[] ReadDocuments(RequestBody body, int maxDocuments)
    {
        if (body.Find("documents") is not { } array)
        {
            throw new ServerProblem(ProblemKind.Empty,
                "'documents' is missing; an array of strings, or of objects with 'text', was expected.");
        }

        if (array.ValueKind is not JsonValueKind.Array)
        {
            throw RequestBody.Wrong("documents", "an array", array);
        }

        int count = array.GetArrayLength();
        return count == 0 ? throw new ServerProblem(ProblemKind.Empty, "'documents' is an empty array; at least one was expected.")
            : count > maxDocuments ? throw new ServerProblem(ProblemKind.TooMany,
                $"'documents' has {count} items; at most {maxDocuments} are taken in one request.")
            : [.. array.EnumerateArray().Select((item, index) => ReadDocument(item, $"documents[{index}]"))];
    }

    private static (string? Id, string Text) ReadDocument(JsonElement item, string name)
    {
        var document = WireDocument.Read(item, name, DocumentForms.Text | DocumentForms.Object, _rankedFields);
        string? id = item.ValueKind is JsonValueKind.Object ? new RequestBody(item).Text("id") : null;
        return (id, document.Text);
    }

    private static TruncationPolicy? ReadTruncation(RequestBody body) => body.Text("truncation") switch
    {
        null => null,
        "truncate" => TruncationPolicy.Truncate,
        "error" => TruncationPolicy.Error,
        "chunk" => TruncationPolicy.Chunk,
        var other => throw new ServerProblem(ProblemKind.Invalid,
            $"'truncation' is '{other}'; 'truncate', 'error' or 'chunk' was expected."),
    };
}
