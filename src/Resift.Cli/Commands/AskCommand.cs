using System.CommandLine;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary><c>resift ask</c>: a language model answers a question from the passages that a search finds.</summary>
internal sealed class AskCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly QueryOptionGroup _question = new("QUESTION");
    private readonly AskOptionGroup _ask;
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Print what the model would be asked, and ask nobody." };
    private readonly Option<AnswerFormat?> _format = OptionTypes.Choice(
        "--format", "How the answer is written. Default: text.", AnswerFormat.Text, AnswerFormat.Json);

    public AskCommand(CliConsole console, IModelLoader loader)
        : base("ask", "Answers a question from the documents of an index, by a language model that cites them.")
    {
        _console = console;
        _ask = new(console, loader);
        _question.AddTo(this);
        _ask.AddTo(this);
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
        using var server = parsed.GetValue(_dryRun) ? null : _ask.Chat.Open(parsed, _console);
        var (search, optionsFor) = _ask.Read(parsed);
        var options = optionsFor(question);
        using var engine = await search.OpenAsync(cancellationToken);
        bool asJson = parsed.GetValue(_format) == AnswerFormat.Json;
        var json = new AnswerJson(_console.Output, _ask.Chat.Model(parsed));
        var text = asJson ? null : new AnswerText(_console) { ShowsPassages = _ask.ShowPassages(parsed) };
        if (server is null)
        {
            var prompt = await RagPrompt.BuildAsync(engine.Retriever, question, options, cancellationToken);
            Answering.Report(prompt, search.Threshold, _console);
            if (text is null)
            {
                json.Write(prompt);
            }
            else if (prompt.Passages.Count > 0)
            {
                text.WritePrompt(prompt.Messages);
            }

            return ExitCode.Ok;
        }

        var answer = await new Answering(_console, server, engine.Retriever)
            .AskAsync(question, options, search.Threshold, text, cancellationToken);
        if (text is null)
        {
            json.Write(answer);
        }

        return answer.Refusal is null ? ExitCode.Ok : ExitCode.Error;
    }
}
