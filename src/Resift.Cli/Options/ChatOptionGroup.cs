using System.CommandLine;
using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>The options that say which language model answers, anywhere that speaks OpenAI's chat completions.</summary>
/// <param name="prefix">What the options' names begin with.</param>
/// <param name="hasTemperature">Whether somebody may say how freely it answers.</param>
internal sealed class ChatOptionGroup(string prefix = "--", bool hasTemperature = true)
{
    private readonly Option<string> _model = OptionTypes.Text(
        $"{prefix}model",
        $"The language model that answers. Default: {ChatServer.DefaultModel}; servers of your own mostly have others.",
        "NAME");

    private readonly Option<string> _endpoint = OptionTypes.Text(
        $"{prefix}endpoint",
        $"The server, such as http://localhost:11434/v1. Default: {ChatServer.EndpointVariable}, else {ChatServer.DefaultEndpoint}.",
        "URL");

    private readonly Option<ChatTemperature?> _temperature = OptionTypes.Temperature(
        $"{prefix}temperature", "How freely the language model answers. Default: as its server does. Left out where that refuses it.");

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_endpoint);
        if (hasTemperature)
        {
            command.Add(_temperature);
        }
    }

    /// <summary>Gets what the model is asked for; null for its server's defaults.</summary>
    public ChatOptions? Read(ParseResult parsed) =>
        parsed.GetValue(_temperature)?.Value is { } temperature ? new() { Temperature = temperature } : null;

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
                $"{_endpoint.Name} (or {ChatServer.EndpointVariable}), as in {_endpoint.Name} http://localhost:11434/v1 " +
                $"{_model.Name} llama3.2. " +
                "resift ask --dry-run prints the prompt and asks nobody.");
        }

        string source = string.IsNullOrWhiteSpace(given) ? ChatServer.EndpointVariable : _endpoint.Name;
        var uri = EndpointAddress.Read(address ?? ChatServer.DefaultEndpoint, source);
        return ChatServer.Connect(uri, key, Model(parsed));
    }
}
