using System.CommandLine;

namespace Resift.Cli;

/// <summary>The options that say how requests to a provider are made, beside its address.</summary>
/// <param name="prefix">What the options begin with, where others have their names: <c>--</c>, or more.</param>
internal sealed class ProviderOptionGroup(string prefix)
{
    private readonly Option<bool> _endpointIsFinal = new(prefix + "endpoint-is-final")
    {
        Description = "With --provider: requests go to its address as it is, and the provider's own path is not appended.",
    };

    private readonly Option<int?> _documents = OptionTypes.Number(
        prefix + "documents-per-request", "With --provider: how many documents one request has at most. Default: the provider's.", 1);

    private readonly Option<string[]> _headers = new(prefix + "header")
    {
        Description = "With --provider: a header of each request, and the environment variable that holds its value. May be repeated.",
        HelpName = "NAME=VARIABLE",
    };

    private readonly Option<string> _tokenCommand = OptionTypes.Text(
        prefix + "token-command",
        "With --provider: a program that writes a token, which is sent in the place of a key, such as \"gcloud auth print-access-token\".",
        "COMMAND");

    public void AddTo(Command command)
    {
        command.Add(_endpointIsFinal);
        command.Add(_documents);
        command.Add(_headers);
        command.Add(_tokenCommand);
    }

    /// <summary>Gets what is known of a reranker, with what the command line says over it.</summary>
    /// <exception cref="UsageException">An option is not what was expected, or the reranker has nothing like it.</exception>
    public RerankerSettings Read(ParseResult parsed, RerankerSettings settings)
    {
        Option?[] given =
        [
            parsed.GetValue(_endpointIsFinal) ? _endpointIsFinal : null, parsed.GetValue(_documents) is null ? null : _documents,
            parsed.GetValue(_headers) is [_, ..] ? _headers : null, parsed.GetValue(_tokenCommand) is null ? null : _tokenCommand,
        ];
        bool isApi = RemoteProvider.Find(settings.Provider) is { IsApi: true };
        if (!isApi && Array.Find(given, option => option is not null) is { } unused)
        {
            throw new UsageException($"{unused.Name} is about providers that rerank by an API, and {settings.Name} is none; leave it out.");
        }

        return settings with
        {
            IsEndpointFinal = settings.IsEndpointFinal || parsed.GetValue(_endpointIsFinal),
            DocumentsPerRequest = parsed.GetValue(_documents) ?? settings.DocumentsPerRequest,
            HeaderVariables = parsed.GetValue(_headers) is [_, ..] headers ? Variables(headers) : settings.HeaderVariables,
            TokenCommand = parsed.GetValue(_tokenCommand) is { } command ? Words(command) : settings.TokenCommand,
        };
    }

    private Dictionary<string, string> Variables(string[] headers)
    {
        var variables = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string header in headers)
        {
            // The value is not shown: whoever takes this for the place of a secret would find it in a log.
            int equals = header.IndexOf('=', StringComparison.Ordinal);
            string variable = header[(equals + 1)..];
            if (equals <= 0 || !NamedReranker.IsVariable(variable) || !variables.TryAdd(header[..equals], variable))
            {
                throw new UsageException($"{_headers.Name} expects NAME=VARIABLE, each name once, where VARIABLE is the name of an " +
                    "environment variable in capital letters, digits and underscores, such as X-Tenant=MY_TENANT, and not the value.");
            }
        }

        return variables;
    }

    private string[] Words(string command) => CommandWords.Of(_tokenCommand.Name, command).ToArray() is [_, ..] words
        ? words
        : throw new UsageException($"{_tokenCommand.Name} expects a program and its arguments.");
}
