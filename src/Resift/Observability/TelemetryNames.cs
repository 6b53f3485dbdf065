using System.Diagnostics;

namespace Resift;

/// <summary>
/// The names that telemetry uses. Experimental: the GenAI conventions of OpenTelemetry are still in development and these names follow
/// them, so a name may change in any release.
/// </summary>
internal static class TelemetryNames
{
    public const string DefaultSource = "Resift";
    public const string Rerank = "rerank";

    public const string OperationName = "gen_ai.operation.name";
    public const string ProviderName = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string ResponseModel = "gen_ai.response.model";
    public const string CandidateCount = "gen_ai.rerank.candidate.count";
    public const string TopN = "gen_ai.rerank.top_n";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string TokenType = "gen_ai.token.type";
    public const string InputTokenType = "input";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string ErrorType = "error.type";

    public const string TruncatedCount = "resift.truncated_documents.count";
    public const string CachedCount = "resift.cached_documents.count";
    public const string SearchUnits = "resift.usage.search_units";
    public const string Degraded = "resift.degraded";
    public const string DegradedReason = "resift.degraded.reason";
    public const string Query = "resift.query";
    public const string Documents = "resift.documents";

    public const string OperationDuration = "gen_ai.client.operation.duration";
    public const string OperationDurationUnit = "s";
    public const string TokenUsage = "gen_ai.client.token.usage";
    public const string TokenUsageUnit = "{token}";

    public const string Pairs = "resift.rerank.pairs";
    public const string PairsUnit = "{pair}";
    public const string DegradedCalls = "resift.rerank.degraded";
    public const string CachedDocuments = "resift.rerank.cached_documents";
    public const string CallUnit = "{call}";
    public const string DocumentUnit = "{document}";

    /// <summary>Gets the bucket boundaries that the conventions advise for durations, in seconds.</summary>
    public static IReadOnlyList<double> OperationDurationBuckets { get; } =
        [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    /// <summary>Gets the bucket boundaries that the conventions advise for numbers of tokens: the powers of four.</summary>
    public static IReadOnlyList<long> TokenUsageBuckets { get; } =
        [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
}

/// <summary>What all spans have in common.</summary>
internal static class ActivityFailures
{
    /// <summary>Marks a span as failed.</summary>
    public static void Fail(this Activity activity, Exception error) => activity
        .SetTag(TelemetryNames.ErrorType, error.GetType().FullName)
        .SetStatus(ActivityStatusCode.Error, error.Message);
}
