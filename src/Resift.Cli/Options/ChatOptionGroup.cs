using System.CommandLine;

namespace Resift.Cli;

/// <summary>The options that say which language model answers, anywhere that speaks OpenAI's chat completions.</summary>
internal sealed class ChatOptionGroup
{
    private readonly Option<string> _model = OptionTypes.Text(
        "--model", $"The language model that answers. Default: {ChatServer.DefaultModel}; servers of your own mostly have others.", "NAME");

    private readonly Option<string> _endpoint = OptionTypes.Text(
        "--endpoint",
        $"The server, such as http://localhost:11434/v1. Default: {ChatServer.EndpointVariable}, else {ChatServer.DefaultEndpoint}.",
        "URL");

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_endpoint);
    }

    public string Model(ParseResult parsed) => parsed.GetValue(_model) ?? ChatServer.DefaultModel;

    /// <summary>Creates the client. Nothing is sent yet.</summary>
    /// <exception cref="UsageException">There is neither a key nor a server to ask without one, or the address is none.</exception>
    public ChatServer Open(ParseResult parsed, CliConsole console)
    {
        string? key = console.Variable(ChatServer.DefaultKeyVariable);
        string? given = parsed.GetValue(_endpoint);
        string? address = string.IsNullOrWhiteSpace(given) ? console.Variable(ChatServer.EndpointVariable) : given.Trim();
        if (key is null && address is null)
        {
            throw new UsageException($"no language model is set up: set {ChatServer.DefaultKeyVariable}, or name a server with " +
                $"--endpoint (or {ChatServer.EndpointVariable}), as in --endpoint http://localhost:11434/v1 --model llama3.2. " +
                "--dry-run prints the prompt and asks nobody.");
        }

        string source = string.IsNullOrWhiteSpace(given) ? ChatServer.EndpointVariable : "--endpoint";
        var uri = EndpointAddress.Read(address ?? ChatServer.DefaultEndpoint, source);
        return ChatServer.Connect(uri, key, Model(parsed));
    }
}
