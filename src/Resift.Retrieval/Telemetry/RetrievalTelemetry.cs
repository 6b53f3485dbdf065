using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Resift.Retrieval;

/// <summary>What searches, and the answers made from them, tell OpenTelemetry.</summary>
/// <remarks>
/// <para>
/// Nothing has to be switched on: add <see cref="SourceName"/> to the sources and the meters that are collected. While nobody listens,
/// nothing is built. The query, and the ids of what was found, are told only where <see cref="SearchOptions.EnableSensitiveData"/> is set.
/// </para>
/// <para>
/// Attributes have the names of OpenTelemetry's GenAI conventions 0.1.0 where these have one, and begin with <c>resift.</c> where they have
/// none. Those conventions are still in development: names may change in any release.
/// </para>
/// </remarks>
public static class RetrievalTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string SourceName = "Resift.Retrieval";

    private static readonly ActivitySource _source = new(SourceName);

    internal static Meter Meter { get; } = new(SourceName);

    /// <summary>Starts a span.</summary>
    /// <param name="operation">The name of the operation, and the beginning of the span's name.</param>
    /// <param name="subject">The end of its name.</param>
    /// <param name="attribute">The attribute that has the subject.</param>
    /// <returns>The span; null if nobody listens.</returns>
    internal static Activity? Start(string operation, string subject, string attribute) => _source.HasListeners()
        ? _source.StartActivity(
            $"{operation} {subject}",
            ActivityKind.Internal,
            parentContext: default,
            [new(TelemetryNames.OperationName, operation), new(attribute, subject)])
        : null;

    /// <summary>Starts the span of a stage of a search.</summary>
    internal static Activity? StartStage(string stage) => Start(SearchNames.Search, stage, SearchNames.Stage);

    /// <summary>Asks a retriever within a span of its own.</summary>
    internal static async Task<RetrievalResponse> RetrieveTracedAsync(
        this IRetriever retriever, string query, RetrievalOptions options, CancellationToken cancellationToken)
    {
        using var activity = Start(SearchNames.Retrieval, retriever.Name, SearchNames.DataSource);
        activity?.SetTag(SearchNames.TopK, options.Candidates);
        try
        {
            var response = await retriever.RetrieveAsync(query, options, cancellationToken).ConfigureAwait(false);
            activity?.SetTag(SearchNames.CandidateCount, response.Candidates.Count)
                .SetTag(TelemetryNames.InputTokens, response.Usage?.InputTokenCount)
                .SetTag(TelemetryNames.Degraded, response.DegradedReason is not null)
                .SetTag(TelemetryNames.DegradedReason, response.DegradedReason);
            return response;
        }
        catch (Exception error)
        {
            activity?.Fail(error);
            throw;
        }
    }
}

/// <summary>The names that <see cref="TelemetryNames"/> lacks. They follow the GenAI conventions 0.1.0 as far as those go.</summary>
internal static class SearchNames
{
    public const string Search = "search";
    public const string Retrieval = "retrieval";
    public const string Workflow = "invoke_workflow";

    public const string DataSource = "gen_ai.data_source.id";
    public const string TopK = "gen_ai.retrieval.top_k";
    public const string QueryText = "gen_ai.retrieval.query.text";
    public const string Documents = "gen_ai.retrieval.documents";
    public const string AgentName = "gen_ai.agent.name";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string FinishReasons = "gen_ai.response.finish_reasons";

    public const string Tier = "resift.search.tier";
    public const string Stage = "resift.search.stage";
    public const string CandidateCount = "resift.search.candidate.count";
    public const string RerankedCount = "resift.search.reranked.count";
    public const string HitCount = "resift.search.hit.count";
    public const string ReadCount = "resift.search.read.count";

    public const string ModelCalled = "resift.answer.model_called";
    public const string PassageCount = "resift.answer.passage.count";
    public const string LeftOutCount = "resift.answer.left_out.count";
    public const string ContextTokens = "resift.answer.context_tokens";
    public const string CitationCount = "resift.answer.citation.count";
    public const string InvalidCitationCount = "resift.answer.invalid_citation.count";
}
