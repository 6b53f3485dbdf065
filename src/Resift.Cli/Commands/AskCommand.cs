using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary><c>resift ask</c>: a language model answers a question from the passages that a search finds.</summary>
internal sealed class AskCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly QueryOptionGroup _question = new("QUESTION");
    private readonly ChatOptionGroup _chat = new();
    private readonly SearchOptionGroup _search;
    private readonly Option<int?> _contextTokens = OptionTypes.Number(
        "--max-context-tokens",
        $"How many tokens of passages the model is given at most. Default: {new RagOptions().MaxContextTokens}.", minimum: 1);

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Print what the model would be asked, and ask nobody." };
    private readonly Option<AnswerFormat?> _format = OptionTypes.Choice(
        "--format", "How the answer is written. Default: text.", AnswerFormat.Text, AnswerFormat.Json);

    public AskCommand(CliConsole console, IModelLoader loader)
        : base("ask", "Answers a question from the documents of an index, by a language model that cites them.")
    {
        _console = console;
        _search = new(new(console, loader, "--reranker", "--reranker-endpoint", hasEmbedder: true, hasTimeout: true));
        _question.AddTo(this);
        _chat.AddTo(this);
        _search.AddTo(this);
        Add(_contextTokens);
        Add(_dryRun);
        Add(_format);
        SetAction(RunAsync);
    }

    private enum AnswerFormat
    {
        Text,
        Json,
    }

    public string Epilogue => """
        Examples:
          resift ask "how do I undo a commit" --db docs.db --dry-run
          OPENAI_API_KEY=… resift ask "how do I undo a commit" --db docs.db
          resift ask "how do I undo a commit" --db docs.db --endpoint http://localhost:11434/v1 --model llama3.2

        The model gets the best passages, and says so if they do not answer. With --min-score, passages need that score; if
        none has it, the model is not asked. The key is read from OPENAI_API_KEY, the server from --endpoint or
        OPENAI_BASE_URL; only question and passages are sent there.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string question = await _question.ReadAsync(parsed, _console, cancellationToken);
        bool dryRun = parsed.GetValue(_dryRun);
        using var server = dryRun ? null : _chat.Open(parsed, _console);
        var plan = _search.Read(parsed, question);
        var options = new RagOptions
        {
            Search = plan.Options,
            MaxContextTokens = parsed.GetValue(_contextTokens) ?? new RagOptions().MaxContextTokens,
        };
        using var engine = await plan.OpenAsync();
        bool asJson = parsed.GetValue(_format) == AnswerFormat.Json;
        var json = new AnswerJson(_console.Output, _chat.Model(parsed));
        if (server is null)
        {
            var prompt = await RagPrompt.BuildAsync(engine.Retriever, question, options, cancellationToken);
            Report(prompt, plan.Threshold);
            if (asJson)
            {
                json.Write(prompt);
            }
            else if (prompt.Passages.Count > 0)
            {
                new AnswerText(_console).WritePrompt(prompt.Messages);
            }

            return ExitCode.Ok;
        }

        var pipeline = new RagPipeline(engine.Retriever, server.Client, options);
        var text = asJson ? null : new AnswerText(_console);
        var answer = await AnswerAsync(pipeline, question, text, cancellationToken);
        bool isEmpty = answer.Refusal is null && string.IsNullOrWhiteSpace(answer.Text);
        if (text is not null && !isEmpty)
        {
            text.WriteSources(answer);
        }

        Report(answer, plan.Threshold);
        if (isEmpty)
        {
            throw server.NoAnswer(answer.FinishReason == ChatFinishReason.Length);
        }

        if (asJson)
        {
            json.Write(answer);
        }

        return answer.Refusal is null ? ExitCode.Ok : ExitCode.Error;
    }

    private static async Task<RagAnswer> AnswerAsync(
        RagPipeline pipeline, string question, AnswerText? text, CancellationToken cancellationToken)
    {
        RagAnswer? answer = null;
        try
        {
            await foreach (var update in pipeline.AskStreamingAsync(question, null, cancellationToken))
            {
                answer = update.Answer ?? answer;
                if (text is not null)
                {
                    await text.WritePartAsync(update.Text, cancellationToken);
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

    private void Report(RagPrompt prompt, ScoreThreshold threshold)
    {
        SearchOutput.Report(prompt.Search, threshold, _console);
        if (prompt.LeftOut.Count > 0)
        {
            _console.Note(string.Create(CultureInfo.InvariantCulture,
                $"{prompt.LeftOut.Count} relevant passages did not fit into the prompt; raise --max-context-tokens to have them"));
        }

        if (prompt.Passages.Count == 0 && prompt.LeftOut.Count == 0)
        {
            _console.Note(prompt.Search.CandidateCount == 0
                ? "no passage was found, so that the model is not asked"
                : "no passage reaches --min-score, so that the model is not asked");
        }
    }

    private void Report(RagAnswer answer, ScoreThreshold threshold)
    {
        Report(answer.Prompt, threshold);
        if (answer.InvalidCitations.Count > 0)
        {
            var numbers = answer.InvalidCitations
                .Select(citation => string.Create(CultureInfo.InvariantCulture, $"[{citation.Number}]"))
                .Distinct();
            _console.Note(string.Create(CultureInfo.InvariantCulture,
                $"the answer cites {string.Join(", ", numbers)}, but it was given only {answer.Passages.Count} passages"));
        }

        if (answer.FinishReason == ChatFinishReason.Length && !string.IsNullOrWhiteSpace(answer.Text))
        {
            _console.Note("the answer was cut off: the model reached the longest answer that is allowed");
        }

        if (answer.Refusal is { } refusal)
        {
            _console.Note($"the model refused to answer: {refusal}");
        }
    }
}
