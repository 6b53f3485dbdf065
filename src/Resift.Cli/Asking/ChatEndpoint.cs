using System.ClientModel;
using System.ClientModel.Primitives;
using System.CommandLine;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Resift.Cli;

/// <summary>The options that say which language model answers, anywhere that speaks OpenAI's chat completions.</summary>
internal sealed class ChatEndpoint
{
    private const string KeyVariable = "OPENAI_API_KEY";
    private const string EndpointVariable = "OPENAI_BASE_URL";
    private const string DefaultModel = "gpt-4o-mini";
    private const string DefaultEndpoint = "https://api.openai.com/v1";

    // A model on a processor may take minutes to read a prompt before it says its first word.
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(10);

    private readonly Option<string> _model = OptionTypes.Text(
        "--model", $"The language model that answers. Default: {DefaultModel}; servers of your own mostly have others.", "NAME");

    private readonly Option<string> _endpoint = OptionTypes.Text(
        "--endpoint", $"The server, such as http://localhost:11434/v1. Default: {EndpointVariable}, else {DefaultEndpoint}.", "URL");

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_endpoint);
    }

    public string Model(ParseResult parsed) => parsed.GetValue(_model) ?? DefaultModel;

    /// <summary>Makes the client. Nothing is sent yet.</summary>
    /// <exception cref="UsageException">There is neither a key nor a server to ask without one, or the address is none.</exception>
    public ChatServer Open(ParseResult parsed, Func<string, string?> environment)
    {
        string? key = NullIfBlank(environment(KeyVariable));
        string? address = NullIfBlank(parsed.GetValue(_endpoint)) ?? NullIfBlank(environment(EndpointVariable));
        if (key is null && address is null)
        {
            throw new UsageException($"no language model is set up: set {KeyVariable}, or name a server with --endpoint (or " +
                $"{EndpointVariable}), as in --endpoint http://localhost:11434/v1 --model llama3.2. " +
                "--dry-run prints the prompt and asks nobody.");
        }

        if (!Uri.TryCreate(address ?? DefaultEndpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"--endpoint expects an address such as http://localhost:11434/v1, but got '{address}'.");
        }

        // Servers without keys still get a header, which they do not look at.
        var credential = new ApiKeyCredential(key ?? "none");
        var options = new OpenAIClientOptions
        {
            Endpoint = uri,
            NetworkTimeout = _timeout,
            RetryPolicy = new ClientRetryPolicy(maxRetries: 2),
        };
        return new(new OpenAIClient(credential, options).GetChatClient(Model(parsed)).AsIChatClient(), uri, key);
    }

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
