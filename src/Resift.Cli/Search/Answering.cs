using System.Globalization;
using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>
/// Lets a language model answer a question, shows the answer while it is written, and says what is worse about it than it could be.
/// </summary>
/// <param name="console">Where it is said.</param>
/// <param name="server">The language model.</param>
/// <param name="retriever">Finds the passages.</param>
internal sealed class Answering(CliConsole console, ChatServer server, TwoStageRetriever retriever)
{
    private readonly RagPipeline _pipeline = new(retriever, server.Client);

    /// <summary>Answers a question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="options">How.</param>
    /// <param name="threshold">Which scores are good enough; the options apply it already.</param>
    /// <param name="text">Shows the answer; null for who writes it in another form.</param>
    /// <param name="cancellationToken">Stops search and model.</param>
    /// <exception cref="ChatServerException">The model did not answer, or with nothing.</exception>
    public async Task<RagAnswer> AskAsync(
        string question, RagOptions options, ScoreThreshold threshold, AnswerText? text, CancellationToken cancellationToken)
    {
        var answer = await StreamAsync(question, options, text, cancellationToken);
        bool isEmpty = answer.Refusal is null && string.IsNullOrWhiteSpace(answer.Text);
        if (!isEmpty)
        {
            text?.WriteSources(answer);
        }

        Report(answer.Prompt, threshold, console);
        Report(answer);
        if (options.Chat?.Temperature is not null && server.LeftOut.Count > 0)
        {
            console.Note($"the model's server refuses {string.Join(" and ", server.LeftOut)}, which was left out");
        }

        return isEmpty ? throw server.NoAnswer(answer.FinishReason == ChatFinishReason.Length) : answer;
    }

    /// <summary>Says what is worse about the passages than it could be.</summary>
    public static void Report(RagPrompt prompt, ScoreThreshold threshold, CliConsole console)
    {
        SearchOutput.Report(prompt.Search, threshold, console);
        if (prompt.LeftOut.Count > 0)
        {
            console.Note(string.Create(CultureInfo.InvariantCulture,
                $"{prompt.LeftOut.Count} relevant passages did not fit into the prompt; raise --max-context-tokens to have them"));
        }

        if (prompt.Passages.Count == 0 && prompt.LeftOut.Count == 0)
        {
            console.Note(prompt.Search.CandidateCount == 0
                ? "no passage was found, so that the model is not asked"
                : "no passage reaches --min-score, so that the model is not asked");
        }
    }

    private async Task<RagAnswer> StreamAsync(
        string question, RagOptions options, AnswerText? text, CancellationToken cancellationToken)
    {
        RagAnswer? answer = null;
        try
        {
            await foreach (var update in _pipeline.AskStreamingAsync(question, options, cancellationToken))
            {
                answer = update.Answer ?? answer;
                ReportSearch(update.Prompt);
                if (text is not null)
                {
                    await text.WritePartAsync(update, cancellationToken);
                }
            }
        }
        finally
        {
            // What went wrong in the middle of an answer is said on a line of its own.
            text?.EndLine();
        }

        return answer!;
    }

    private void ReportSearch(RagPrompt? prompt)
    {
        if (prompt?.RewriteFailure is { } failure)
        {
            console.Note($"the question could not be made self-contained: {failure}");
        }

        if (prompt is not null && prompt.SearchedFor != prompt.Question)
        {
            console.Note($"searched for: {prompt.SearchedFor}");
        }
    }

    private void Report(RagAnswer answer)
    {
        if (answer.InvalidCitations.Count > 0)
        {
            var numbers = answer.InvalidCitations
                .Select(citation => string.Create(CultureInfo.InvariantCulture, $"[{citation.Number}]"))
                .Distinct();
            console.Note(string.Create(CultureInfo.InvariantCulture,
                $"the answer cites {string.Join(", ", numbers)}, but it was given only {answer.Passages.Count} passages"));
        }

        if (answer.FinishReason == ChatFinishReason.Length && !string.IsNullOrWhiteSpace(answer.Text))
        {
            console.Note("the answer was cut off: the model reached the longest answer that is allowed");
        }

        if (answer.Refusal is { } refusal)
        {
            console.Note($"the model refused to answer: {refusal}");
        }
    }
}
