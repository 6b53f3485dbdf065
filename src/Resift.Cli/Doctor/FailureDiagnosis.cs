namespace Resift.Cli;

/// <summary>Says in words why a provider gave no scores.</summary>
internal static class FailureDiagnosis
{
    /// <summary>Names the check that the failure belongs to, what happened, and what to do.</summary>
    public static CheckResult Create(RerankerException error, ProviderConnection connection)
    {
        string message = Line(error.Message);
        string name = connection.Provider.Name;
        return (int?)error.StatusCode switch
        {
            null when error.InnerException is InvalidDataException && connection.Token is not null => CheckResult.Fail(
                Checks.Key, message, "Run the token command by itself: it has to write a token, and nothing else, to its standard output."),
            null => Network(error, message),
            401 or 403 or 498 when connection.Token is not null => CheckResult.Fail(
                Checks.Key, message, "The token is refused: check whose it is, and that it may rerank."),
            401 or 403 or 498 => connection.KeyVariable is { } variable
                ? CheckResult.Fail(Checks.Key, message, $"The key in {variable} is refused: copy it again, and check that it may rerank.")
                : CheckResult.Fail(Checks.Key, message, $"A key is wanted: set {string.Join(" or ", connection.Provider.KeyVariables)}."),
            404 or 405 or (>= 300 and < 400) => CheckResult.Fail(
                Checks.Endpoint, message,
                $"The address is not that of {name}'s API (--endpoint gives it, for llm with its /v1), or there is no model of this name."),
            424 => CheckResult.Fail(
                Checks.Head, message,
                "The server runs a model that is no reranker, such as an embedder: start it with a cross-encoder."),
            402 => CheckResult.Fail(Checks.Answer, message, "Check the account's balance and plan."),
            429 => CheckResult.Fail(Checks.Answer, message, "Key and address are right, but the rate limit is reached: wait, or raise it."),
            >= 500 => CheckResult.Fail(Checks.Answer, message, "The server fails: look into its log or status page, and try again."),
            >= 400 => CheckResult.Fail(Checks.Answer, message, "The request is refused: check the name of the model."),
            _ when error.DocumentIndex is null => CheckResult.Fail(
                Checks.Endpoint, message,
                $"Something else answers there: check that the address is that of {name}, and proxies on the way."),
            _ => CheckResult.Fail(
                Checks.Answer, message, $"The server does not keep to {name}'s API: check its version, or try another --provider."),
        };
    }

    /// <summary>Returns a message as one line.</summary>
    public static string Line(string message) => string.Join(
        ' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');

    // A timeout comes with the broken connection that it caused inside, so only the outermost cause counts.
    private static CheckResult Network(RerankerException error, string message) => CheckResult.Fail(
        Checks.Network, message, error.InnerException switch
        {
            HttpRequestException cause => AdviceFor(cause.HttpRequestError),
            IOException or null => AdviceFor(HttpRequestError.Unknown),
            _ => "Too late: a firewall may swallow packets, or the model is still loading. --timeout waits longer.",
        });

    private static string AdviceFor(HttpRequestError kind) => kind switch
    {
        HttpRequestError.NameResolutionError => "The host's name is unknown (DNS): check its spelling and your connection.",
        HttpRequestError.ConnectionError =>
            "Nothing accepts connections there: check host and port, that the server is running, and firewalls.",
        HttpRequestError.SecureConnectionError =>
            "No secure connection could be made: check the certificate, the clock, and whether the server wants http://.",
        _ => "The connection broke off: check proxies on the way, whether it should be https://, and the server's log.",
    };
}
