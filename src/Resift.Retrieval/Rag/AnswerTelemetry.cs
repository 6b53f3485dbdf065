using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Resift.Retrieval;

/// <summary>The span and the measurements of one answer. The search within it, and the model, have their own.</summary>
internal sealed class AnswerTelemetry : IDisposable
{
    private const string Name = "rag";

    private static readonly Histogram<double> _duration = RetrievalTelemetry.Meter.CreateHistogram(
        "resift.answer.duration",
        "s",
        "How long an answer took, from the question to its last word.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = TelemetryNames.OperationDurationBuckets });

    private static readonly Counter<long> _invalidCitations = RetrievalTelemetry.Meter.CreateCounter<long>(
        "resift.answer.invalid_citations", "{citation}", "How many citations were of passages that the model was not given.");

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Activity? _activity = RetrievalTelemetry.Start(SearchNames.Workflow, Name, SearchNames.AgentName);
    private RagAnswer? _answer;
    private Exception? _error;

    public AnswerTelemetry(string question, RagOptions options) =>
        _activity?.SetTag(SearchNames.QueryText, options.Search.EnableSensitiveData ? question : null);

    /// <summary>Sets the span as the current one again, after the caller's code has run between two parts of an answer.</summary>
    public void Resume() => Activity.Current = _activity ?? Activity.Current;

    public void Answered(RagAnswer answer) => _answer = answer;

    public void Failed(Exception error) => _error = error;

    /// <summary>Ends the span and records what was measured.</summary>
    public void Dispose()
    {
        if (_activity is not null)
        {
            Describe(_activity);
            _activity.Dispose();
        }

        if (_duration.Enabled)
        {
            var tags = default(TagList);
            if (_answer is not null)
            {
                tags.Add(SearchNames.ModelCalled, _answer.IsModelCalled);
            }

            if (_error is not null)
            {
                tags.Add(TelemetryNames.ErrorType, _error.GetType().FullName);
            }

            _duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, tags);
        }

        if (_answer is { InvalidCitations.Count: > 0 and var count })
        {
            _invalidCitations.Add(count);
        }
    }

    private void Describe(Activity activity)
    {
        if (_error is not null)
        {
            activity.Fail(_error);
        }

        if (_answer is { } answer)
        {
            activity.SetTag(SearchNames.ModelCalled, answer.IsModelCalled)
                .SetTag(SearchNames.PassageCount, answer.Passages.Count)
                .SetTag(SearchNames.LeftOutCount, answer.LeftOut.Count)
                .SetTag(SearchNames.ContextTokens, answer.Prompt.ContextTokens)
                .SetTag(SearchNames.CitationCount, answer.Citations.Count)
                .SetTag(SearchNames.InvalidCitationCount, answer.InvalidCitations.Count)
                .SetTag(SearchNames.FinishReasons, answer.FinishReason is { } reason ? new[] { reason.Value } : null)
                .SetTag(TelemetryNames.ResponseModel, answer.Response?.ModelId)
                .SetTag(TelemetryNames.InputTokens, answer.ChatUsage?.InputTokenCount)
                .SetTag(SearchNames.OutputTokens, answer.ChatUsage?.OutputTokenCount)
                .SetTag(TelemetryNames.Degraded, answer.IsDegraded)
                .SetTag(TelemetryNames.DegradedReason, answer.DegradedReason);
        }
    }
}
