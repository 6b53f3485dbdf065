using System.CommandLine;
using System.Text;
using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary><c>resift chat</c>: <c>ask</c> with questions that follow up on others, a line of standard input each.</summary>
internal sealed class ChatCommand : Command, IHelpEpilogue
{
    private const string Exit = "/exit";
    private const int LongestQuestion = 64 * 1024;
    private const int LongestHistory = 200;

    private readonly CliConsole _console;
    private readonly AskOptionGroup _ask;
    private readonly Option<int?> _historyTokens = OptionTypes.Number(
        "--max-history-tokens",
        $"How many tokens of earlier questions and answers the model is given at most. Default: {new RagOptions().MaxHistoryTokens}.",
        minimum: 0);

    private readonly Option<bool> _noRewrite = new("--no-rewrite")
    {
        Description = "Search for a question together with the one before, instead of letting the model make it self-contained.",
    };

    public ChatCommand(CliConsole console, IModelLoader loader)
        : base("chat", "Answers questions from the documents of an index as ask does, and questions that follow up on them.")
    {
        _console = console;
        _ask = new(console, loader);
        _ask.AddTo(this);
        Add(_historyTokens);
        Add(_noRewrite);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          OPENAI_API_KEY=… resift chat --db docs.db
          resift chat --db docs.db --endpoint http://localhost:11434/v1 --model llama3.2
          printf 'how do I undo a commit\nand if I pushed it\n' | resift chat --db docs.db

        Each line is a question. /exit or the end of the input ends the chat; Ctrl-C ends an answer that is being written, else
        the chat. A question that fails is named, and the chat goes on; then the exit code is 1.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = _ask.Chat.Open(parsed, _console);
        var plan = _ask.Read(parsed);
        using var engine = await plan.Search.OpenAsync(cancellationToken);
        var answering = new Answering(_console, server, engine.Retriever);
        List<ChatMessage> history = [];
        int code = ExitCode.Ok;
        await using var input = new Utf8Input(_console.OpenInput(), "standard input") { LongestLine = LongestQuestion };
        while (true)
        {
            try
            {
                if (await ReadAsync(input, cancellationToken) is not { } question)
                {
                    return code;
                }

                if (question.Length > 0 && !await AnswerAsync(parsed, plan, answering, question, history, cancellationToken))
                {
                    code = ExitCode.Error;
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or RerankerException or ChatServerException)
            {
                code = Failure.Report(exception, parsed.GetValue<bool>("--verbose"), _console.Error);
            }
        }
    }

    // The next question; blank lines are none, and null ends the chat.
    private async Task<string?> ReadAsync(Utf8Input input, CancellationToken cancellationToken)
    {
        if (_console.IsInputTerminal)
        {
            _console.Error.Write("> ");
            _console.Error.Flush();
        }

        if (!await input.ReadLineAsync(cancellationToken))
        {
            return null;
        }

        string line = Encoding.UTF8.GetString(input.Line.Span).Trim();
        return line == Exit ? null : line;
    }

    // False if the model refused.
    private async Task<bool> AnswerAsync(
        ParseResult parsed, AskPlan plan, Answering answering, string question, List<ChatMessage> history,
        CancellationToken cancellationToken)
    {
        var options = plan.OptionsFor(question);
        options.History = history;
        options.MaxHistoryTokens = parsed.GetValue(_historyTokens) ?? options.MaxHistoryTokens;
        options.RewriteQuestion = !parsed.GetValue(_noRewrite);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watch = _console.OnInterrupt?.Invoke(stop.Cancel);
        try
        {
            var text = new AnswerText(_console) { ShowsPassages = _ask.ShowPassages(parsed) };
            var answer = await answering.AskAsync(question, options, plan.Search.Threshold, text, stop.Token);
            _console.Output.WriteLine();
            _console.Output.Flush();
            if (answer.Refusal is null)
            {
                history.AddRange([new(ChatRole.User, question), new(ChatRole.Assistant, answer.Text)]);
                history.RemoveRange(0, Math.Max(0, history.Count - LongestHistory));
            }

            return answer.Refusal is null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && stop.IsCancellationRequested)
        {
            _console.Note("stopped");
            return true;
        }
    }
}
