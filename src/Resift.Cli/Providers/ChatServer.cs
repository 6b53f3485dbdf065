using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Resift.Cli;

/// <summary>A language model behind an address. Whatever it does wrong comes as a <see cref="ChatServerException"/>.</summary>
internal sealed partial class ChatServer : IDisposable
{
    /// <summary>The environment variable that holds the key unless another is named.</summary>
    public const string DefaultKeyVariable = "OPENAI_API_KEY";

    /// <summary>The environment variable that holds the address.</summary>
    public const string EndpointVariable = "OPENAI_BASE_URL";

    public const string DefaultModel = "gpt-4o-mini";

    public const string DefaultEndpoint = "https://api.openai.com/v1";

    // An error may come with a whole page.
    private const int LongestMessage = 500;

    // A query such as v=1 is no secret, and servers of one's own are given keys such as EMPTY: both are parts of other words.
    private const int ShortestSecret = 8;

    private readonly string? _key;
    private readonly HttpClient _http;
    private readonly LenientChatClient _lenient;

    private ChatServer(Uri address, string? key, HttpClient http, IChatClient client)
    {
        (Address, _key, _http) = (address, key, http);
        _lenient = new(client, Refusal);
        Client = new GuardedChatClient(_lenient, Failure);
    }

    // A model on a processor may take minutes to read a prompt before it says its first word.
    public static TimeSpan LongestAnswer { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets what asks the model.</summary>
    public IChatClient Client { get; }

    public Uri Address { get; }

    /// <summary>Gets the names of parameters that the server refused, so that they are not sent.</summary>
    public IReadOnlyList<string> LeftOut => _lenient.LeftOut;

    /// <summary>Gets the environment variable that holds the key.</summary>
    public string KeyVariable { get; private init; } = DefaultKeyVariable;

    /// <summary>Creates the client. Nothing is sent yet.</summary>
    /// <param name="address">Where the server is.</param>
    /// <param name="key">The key; null for a server that wants none.</param>
    /// <param name="model">The model that it is asked for.</param>
    /// <param name="keyVariable">The variable that the key is from, which errors name; null for the usual one.</param>
    /// <param name="onlyAttempt">How long the only attempt may take; null for long ones, and retries.</param>
    public static ChatServer Connect(
        Uri address, string? key, string model, string? keyVariable = null, TimeSpan? onlyAttempt = null)
    {
        var timeout = onlyAttempt ?? LongestAnswer;
        var http = new HttpClient(
            new ResponseBounds(new HttpRerankerOptions().MaxResponseBytes, timeout, new SocketsHttpHandler { AllowAutoRedirect = false }))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var options = new OpenAIClientOptions
        {
            Endpoint = address,
            Transport = new HttpClientPipelineTransport(http),
            NetworkTimeout = timeout,
            RetryPolicy = new ClientRetryPolicy(maxRetries: onlyAttempt is null ? 2 : 0),
        };
        // Servers without keys still get a header, which they do not look at.
        var client = new OpenAIClient(new ApiKeyCredential(key ?? "none"), options).GetChatClient(model).AsIChatClient();
        return new(address, key, http, client)
        {
            KeyVariable = keyVariable ?? DefaultKeyVariable,
        };
    }

    /// <summary>Creates the error of a server that gave nothing to read.</summary>
    public ChatServerException NoAnswer(bool isCutOff) => new($"The language model at {Shown(Address)} gave an empty answer" + (isCutOff
        ? ": it reached the longest answer that its server allows before it wrote a word."
        : ". Check the endpoint, which mostly ends with /v1, and the model."))
    {
        Status = HttpStatusCode.OK,
    };

    public void Dispose()
    {
        Client.Dispose();
        _http.Dispose();
    }

    // Queries hold keys at times.
    private static string Shown(Uri address) => address.GetLeftPart(UriPartial.Path);

    // The message leaves out what errors in other forms than OpenAI's say.
    private static string? Refusal(Exception exception) => exception is ClientResultException { Status: 400 or 422 } refusal
        ? $"{refusal.Message} {refusal.GetRawResponse()?.Content}"
        : null;

    // What the client writes of a type and a code is "(: )" where the server sent neither.
    private static string Words(Exception exception)
    {
        if (exception is not ClientResultException || ErrorHead().Match(exception.Message) is not { Success: true } head)
        {
            return exception.Message;
        }

        var said = head.Groups["label"].Captures.Select(label => label.Value.Trim()).Where(label => label is not "");
        string labels = string.Join(", ", said);
        return $"{head.Groups["status"].Value}{(labels is "" ? "" : $" ({labels})")}: {exception.Message[head.Length..].TrimStart()}";
    }

    private ChatServerException Failure(Exception exception, bool isBegun)
    {
        // Several tries come as one exception around all of them, of which the last says as much as the others.
        var last = exception is AggregateException { InnerExceptions: [.., var inner] } ? inner : exception;
        int status = (last as ClientResultException)?.Status ?? 0;
        var network = last as HttpRequestException ?? last.InnerException as HttpRequestException;
        if (last is OperationCanceledException or TimeoutException || last.InnerException is OperationCanceledException or TimeoutException)
        {
            return new($"The language model at {Shown(Address)} gave no whole answer in time.") { Cause = new TimeoutException() };
        }

        string message = Secrets().Aggregate(Words(last), (text, secret) => text.Replace(secret, "***", StringComparison.Ordinal));
        message = Snippet.Create(message, LongestMessage).TrimEnd().TrimEnd('.');
        // Without the exception inside, which --verbose would print as the server wrote it, key and all.
        return last is ClientResultException or HttpRequestException or IOException
            ? new($"The language model at {Shown(Address)} {(isBegun ? "broke off its answer" : "did not answer")}: {message}." +
                (isBegun ? "" : Advice(status)))
            {
                Status = status > 0 ? (HttpStatusCode)status : null,
                Cause = network is null ? null : new HttpRequestException(network.HttpRequestError, message),
            }
            : new($"The language model at {Shown(Address)} did not answer as OpenAI's chat completions do: {message}. " +
                "Check the endpoint, which mostly ends with /v1: something else may answer there.")
            {
                Status = HttpStatusCode.OK,
            };
    }

    // The key, and the values of the address's query.
    private IEnumerable<string> Secrets() => Address.Query.TrimStart('?').Split('&')
        .Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..])
        .SelectMany(value => new[] { value, Uri.UnescapeDataString(value) })
        .Append(_key ?? "")
        .Where(value => value.Length >= ShortestSecret);

    [GeneratedRegex(@"\A(?<status>HTTP \d+) \((?<label>[^:()]*):(?<label>[^()]*)\)")]
    private static partial Regex ErrorHead();

    private string Advice(int status) => status switch
    {
        401 or 403 => $" Check {KeyVariable}.",
        404 => " Check the model and the endpoint.",
        > 0 => "",
        _ => " Check the endpoint, and that the server is running.",
    };
}

/// <summary>A language model's server did not answer, in words that quote no key.</summary>
internal sealed class ChatServerException(string message) : IOException(message)
{
    /// <summary>Gets the status of HTTP; null if there was none.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>Gets what kind of failure of the network it was; null if it was none.</summary>
    public Exception? Cause { get; init; }

    /// <summary>Gets a value indicating whether the same request may be answered another time.</summary>
    public bool IsTransient => (int?)Status is null or 408 or 429 or >= 500;
}
