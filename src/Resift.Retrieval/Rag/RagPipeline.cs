using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>
/// Answers questions from documents (retrieval-augmented generation): searches in two stages, keeps what is relevant, packs it into a
/// prompt, asks a model, and checks the citations in its answer.
/// </summary>
/// <remarks>
/// Safe for concurrent use if its parts are. It disposes none of them. What the search or the model throws comes through. The model is sent
/// one request, and before it a short one for a question with a <see cref="RagOptions.History"/>; whether tools are called, or failed
/// requests are sent again, is up to the client.
/// </remarks>
public sealed class RagPipeline
{
    private readonly TwoStageRetriever _search;
    private readonly IChatClient _client;
    private readonly RagOptions _options;

    /// <summary>Creates a pipeline of a search and a model.</summary>
    /// <param name="search">Finds the passages.</param>
    /// <param name="client">The model that answers.</param>
    /// <param name="options">How, for questions that say nothing else; null for the defaults. It is copied.</param>
    public RagPipeline(TwoStageRetriever search, IChatClient client, RagOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(search);
        ArgumentNullException.ThrowIfNull(client);
        _search = search;
        _client = client;
        _options = options?.Clone() ?? new();
    }

    /// <summary>Answers a question.</summary>
    /// <param name="question">The question. Neither null, empty nor white space.</param>
    /// <param name="options">How to answer this one; null for the options of the pipeline.</param>
    /// <param name="cancellationToken">Stops search and model.</param>
    /// <returns>The answer. If no passage is relevant, the model is not asked and the answer says so.</returns>
    /// <exception cref="ArgumentException">The question is blank.</exception>
    /// <exception cref="NotSupportedException">
    /// <see cref="RagOptions.MinScore"/> is on a scale that does not lead to the reranker's.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<RagAnswer> AskAsync(string question, RagOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(question);
        options ??= _options;
        using var telemetry = new AnswerTelemetry(question, options);
        try
        {
            var answer = await AnswerAsync(question, options, cancellationToken).ConfigureAwait(false);
            telemetry.Answered(answer);
            return answer;
        }
        catch (Exception error)
        {
            telemetry.Failed(error);
            throw;
        }
    }

    /// <summary>Answers a question, and gives the answer while the model writes it.</summary>
    /// <param name="question">The question. Neither null, empty nor white space.</param>
    /// <param name="options">How to answer this one; null for the options of the pipeline.</param>
    /// <param name="cancellationToken">Stops search and model.</param>
    /// <returns>First what was found, then the text in parts, at last the whole answer as <see cref="AskAsync"/> gives it.</returns>
    /// <exception cref="ArgumentException">The question is blank.</exception>
    /// <exception cref="NotSupportedException">
    /// <see cref="RagOptions.MinScore"/> is on a scale that does not lead to the reranker's.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<RagUpdate> AskStreamingAsync(
        string question, RagOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(question);
        return StreamTracedAsync(question, options ?? _options, cancellationToken);
    }

    private async Task<RagAnswer> AnswerAsync(string question, RagOptions options, CancellationToken cancellationToken)
    {
        var prompt = await RagPrompt.BuildAsync(_search, _client, question, options, cancellationToken).ConfigureAwait(false);
        if (IsNotAsked(prompt, options))
        {
            return NotAsked(prompt, options);
        }

        long start = Stopwatch.GetTimestamp();
        var response = await _client.GetResponseAsync(prompt.Messages, options.Chat?.Clone(), cancellationToken).ConfigureAwait(false);
        return Answer(prompt, AnswerLimit.Cut(response, options), options, Stopwatch.GetElapsedTime(start));
    }

    private async IAsyncEnumerable<RagUpdate> StreamTracedAsync(
        string question, RagOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var telemetry = new AnswerTelemetry(question, options);
        var updates = StreamAsync(question, options, cancellationToken).GetAsyncEnumerator(CancellationToken.None);
        await using (updates.ConfigureAwait(false))
        {
            while (true)
            {
                telemetry.Resume();
                try
                {
                    if (!await updates.MoveNextAsync().ConfigureAwait(false))
                    {
                        break;
                    }
                }
                catch (Exception error)
                {
                    telemetry.Failed(error);
                    throw;
                }

                if (updates.Current.Answer is { } answer)
                {
                    telemetry.Answered(answer);
                }

                yield return updates.Current;
            }
        }
    }

    private async IAsyncEnumerable<RagUpdate> StreamAsync(
        string question, RagOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prompt = await RagPrompt.BuildAsync(_search, _client, question, options, cancellationToken).ConfigureAwait(false);
        yield return new() { Prompt = prompt };
        if (IsNotAsked(prompt, options))
        {
            var answer = NotAsked(prompt, options);
            yield return new() { Text = answer.Text };
            yield return new() { Answer = answer };
            yield break;
        }

        List<ChatResponseUpdate> updates = [];
        var reasoning = new Reasoning();
        var limit = new AnswerLimit(options);
        long start = Stopwatch.GetTimestamp();
        var stream = _client.GetStreamingResponseAsync(prompt.Messages, options.Chat?.Clone(), cancellationToken);
        await foreach (var update in stream.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var kept = limit.Take(update);
            updates.Add(kept);
            string text = reasoning.Add(kept.Text);
            yield return new() { Text = text, IsRestart = reasoning.IsRestarted, ChatUpdate = kept };
            if (limit.IsReached)
            {
                break;
            }
        }

        if (reasoning.End() is { Length: > 0 } rest)
        {
            yield return new() { Text = rest };
        }

        yield return new() { Answer = Answer(prompt, updates.ToChatResponse(), options, Stopwatch.GetElapsedTime(start)) };
    }

    private static bool IsNotAsked(RagPrompt prompt, RagOptions options) => prompt.Passages.Count == 0 && !options.AnswerWithoutPassages;

    private static RagAnswer NotAsked(RagPrompt prompt, RagOptions options)
    {
        string text = prompt.LeftOut.Count == 0
            ? options.NoPassagesAnswer
            : $"Relevant passages were found, but none of the {prompt.LeftOut.Count} fits into the budget of {options.MaxContextTokens} " +
                "tokens. Raise RagOptions.MaxContextTokens, or cut documents into shorter passages.";
        return new(text, prompt) { Cost = Cost(prompt, null, options), Timings = prompt.Search.Timings };
    }

    private static RagAnswer Answer(RagPrompt prompt, ChatResponse response, RagOptions options, TimeSpan elapsed)
    {
        string text = Reasoning.Remove(response.Text);
        var citations = CitationParser.Parse(text, prompt.Passages);
        return new(text, prompt)
        {
            Response = response,
            Citations = [.. citations.Where(citation => citation.IsValid)],
            InvalidCitations = [.. citations.Where(citation => !citation.IsValid)],
            Cost = Cost(prompt, response, options),
            Timings = [.. prompt.Search.Timings, new(SearchStages.Chat, elapsed)],
        };
    }

    private static RagCost? Cost(RagPrompt prompt, ChatResponse? response, RagOptions options) =>
        options.Prices is { } prices ? RagCost.Estimate(prompt, response, prices) : null;
}
