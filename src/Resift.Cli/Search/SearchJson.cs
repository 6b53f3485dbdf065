using System.Text.Json;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Writes the answer of a search as JSON, with everything that is known about how it came about.</summary>
internal sealed class SearchJson(string query, SearchResponse response)
{
    /// <summary>Writes the whole answer as one object.</summary>
    public void Write(TextWriter output) => Json.WriteLine(output, indented: true, json =>
    {
        json.WriteStartObject();
        json.WriteString("query", query);
        json.WriteString("tier", response.Tier.Name());
        json.WriteString("model", response.ModelId);
        json.WriteString("scale", response.ScoreScale.Name());
        json.WriteNumber("candidates", response.CandidateCount);
        json.WriteNumber("reranked", response.RerankedCount);
        json.WriteString("degraded", response.DegradedReason);
        json.WriteLlm(response.LlmReport);
        WriteTimings(json, response.Timings);
        json.WriteStartObject("usage");
        WriteUsage(json, response);
        json.WriteEndObject();
        json.WriteStartArray("hits");
        foreach (var hit in response.Hits)
        {
            WriteHit(json, hit);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Writes one hit a line.</summary>
    public void WriteLines(TextWriter output)
    {
        foreach (var hit in response.Hits)
        {
            Json.WriteLine(output, indented: false, json => WriteHit(json, hit, response.DegradedReason));
        }
    }

    /// <summary>Writes a hit.</summary>
    /// <param name="json">Where it is written.</param>
    /// <param name="hit">The hit.</param>
    /// <param name="degraded">Why the answer is degraded, where nothing around the hit says so.</param>
    public static void WriteHit(Utf8JsonWriter json, SearchHit hit, string? degraded = null)
    {
        json.WriteStartObject();
        json.WriteNumber("rank", hit.Rank);
        json.WriteString("id", hit.Id);
        json.WriteScore(hit.Score);
        json.WriteString("scale", hit.ScoreScale.Name());
        json.WriteString("scored_by", hit.ScoredBy);
        WritePassage(json, hit.Document);
        json.WriteStartObject("metadata");
        foreach (var (key, value) in hit.Document.Metadata)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteStartArray("stages");
        foreach (var stage in hit.Stages)
        {
            json.WriteStartObject();
            json.WriteString("stage", stage.Stage);
            json.WriteNumber("rank", stage.Rank);
            json.WriteScore(stage.Score);
            json.WriteString("scale", stage.ScoreScale.Name());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("other_passages");
        foreach (var other in hit.OtherPassages)
        {
            json.WriteStartObject();
            json.WriteScore(other.Score);
            WritePassage(json, other.Document);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (degraded is not null)
        {
            json.WriteString("degraded", degraded);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes how long each stage took.</summary>
    public static void WriteTimings(Utf8JsonWriter json, IReadOnlyList<StageTiming> timings)
    {
        json.WriteStartObject("milliseconds");
        foreach (var (stage, elapsed) in timings)
        {
            json.WriteNumber(stage, Math.Round(elapsed.TotalMilliseconds, 3));
        }

        json.WriteEndObject();
    }

    /// <summary>Writes what a search consumed into an object that has begun.</summary>
    public static void WriteUsage(Utf8JsonWriter json, SearchResponse response)
    {
        if (response.RerankUsage is { } rerank)
        {
            json.WriteNumber("rerank_pairs", rerank.Pairs);
            if (rerank.InputTokens is { } tokens)
            {
                json.WriteNumber("rerank_tokens", tokens);
            }

            json.WriteNumber("truncated_passages", rerank.TruncatedDocuments.Count);
        }

        json.WriteNumber("query_tokens_cut", response.QueryTokensCut);
        if (response.EmbeddingUsage?.InputTokenCount is { } embedded)
        {
            json.WriteNumber("embedding_tokens", embedded);
        }
    }

    private static void WritePassage(Utf8JsonWriter json, SearchDocument passage)
    {
        json.WriteString("passage", passage.Id);
        json.WriteString("text", passage.Text);
        if (passage.Location is { } location)
        {
            json.WriteNumber("start", location.Start);
            json.WriteNumber("length", location.Length);
        }
    }
}
