namespace Resift.Cli;

/// <summary>Examines a provider: first the way to it, then its scores.</summary>
/// <param name="connection">The way to it.</param>
/// <param name="timeout">How long one request may take.</param>
internal sealed class ProviderCheckup(ProviderConnection connection, TimeSpan timeout)
{
    public ScoreScale? Scale { get; private set; }

    public Uri? Address { get; private set; }

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (connection.MissingKey is { } variables)
        {
            return UpTo(CheckResult.Fail(Checks.Key, "a key is needed, and there is none", $"Set the environment variable {variables}."));
        }

        try
        {
            using var reranker = Open(out var metadata);
            return await ExamineAsync(new(reranker, metadata.ScoreScale, metadata.IsPointwise), cancellationToken);
        }
        catch (ArgumentException error)
        {
            // Only a key can be wrong by its form: everything else was looked at before.
            return UpTo(CheckResult.Fail(Checks.Key, FailureDiagnosis.Line(error.Message), "Set the variable again."));
        }
    }

    private async Task<IReadOnlyList<CheckResult>> ExamineAsync(Examination examination, CancellationToken cancellationToken)
    {
        IReadOnlyList<GoldenAnswer> answers;
        try
        {
            answers = await examination.AskAsync(cancellationToken);
        }
        catch (RerankerException error)
        {
            return UpTo(FailureDiagnosis.Create(error, connection));
        }

        if (answers.FirstOrDefault(answer => answer.Response.IsDegraded) is { } degraded)
        {
            return UpTo(CheckResult.Fail(
                Checks.Answer, $"it gives no order of its own: {FailureDiagnosis.Line(degraded.Response.DegradedReason!)}",
                "The language model does not follow the prompt: choose a stronger one."));
        }

        string? repairs = LlmReportText.Create(LlmRerankReport.Sum(answers.Select(answer => answer.Response.LlmReport)));
        string count = $"every document of {answers.Count} questions has one score{(repairs is null ? "" : $"; {repairs}")}";
        return [.. Access(Checks.Answer), CheckResult.Ok(Checks.Answer, count), .. await examination.LookAsync(answers, cancellationToken)];
    }

    private IReranker Open(out RerankerMetadata metadata)
    {
        using (var asItIs = connection.Open())
        {
            metadata = asItIs.GetService<RerankerMetadata>()!;
        }

        Scale = metadata.ScoreScale;
        Address = metadata.ProviderUri;

        // Without a scale nothing is out of range, so the scores are seen as they come; logits have to be asked for and have no range.
        bool hasRange = metadata.ScoreScale is ScoreScale.Probability or ScoreScale.Cosine && connection.Provider.TakesScale;
        return (connection with
        {
            OnlyAttempt = timeout,
            Scale = hasRange ? ScoreScale.Unspecified : connection.Scale,
        }).Open();
    }

    // What comes before the failure is fine, and what comes after cannot be known.
    private IReadOnlyList<CheckResult> UpTo(CheckResult failure)
    {
        string reason = $"'{failure.Name}' has to be right first";
        bool isAccess = Checks.OfAccess.Contains(failure.Name);
        return
        [
            .. Access(isAccess ? failure.Name : Checks.Answer),
            .. isAccess ? [failure] : Array.Empty<CheckResult>(),
            .. Checks.OfAccess.SkipWhile(name => name != failure.Name).Skip(1).Select(name => CheckResult.Skipped(name, reason)),
            .. Checks.OfScores.Select(name => name == failure.Name ? failure : CheckResult.Skipped(name, reason)),
        ];
    }

    private IEnumerable<CheckResult> Access(string before) => Checks.OfAccess.TakeWhile(name => name != before).Select(name => name switch
    {
        Checks.Key => CheckResult.Ok(
            name,
            connection.Token is not null ? "the token command gives a token"
                : connection.KeyVariable is { } variable ? $"{variable} is set" : "none is set, and none is needed"),
        Checks.Network => CheckResult.Ok(name, $"{Address?.GetLeftPart(UriPartial.Authority)} answers"),
        _ => CheckResult.Ok(name, $"it speaks the API of {connection.Provider.Name}"),
    });
}
