using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>
/// A chat client for which temperature and response format are wishes: what the server refuses by name is left out, and the request sent
/// again. OpenAI's reasoning models refuse every temperature but their own, and many servers know no JSON schema.
/// </summary>
/// <remarks>
/// Only a refusal of the request itself (HTTP 400 or 422) that names the parameter counts; each parameter costs one more request at most.
/// What had to be left out for an answer is left out of later requests of this instance, too. A stream is begun again only before its
/// first part. Every other exception comes through. The rerankers over chat models have one of these around their client.
/// Safe for concurrent use if the client is, which is disposed along with it.
/// </remarks>
/// <param name="innerClient">The client that sends requests.</param>
/// <param name="readRefusal">
/// Gets what the server said, if an exception of the client is a refusal of the request itself (HTTP 400 or 422), and null for all others;
/// null to recognize <see cref="HttpRequestException"/> by its status, and others by a message with "HTTP 400" or "Status: 400".
/// </param>
public sealed partial class LenientChatClient(IChatClient innerClient, Func<Exception, string?>? readRefusal = null)
    : DelegatingChatClient(innerClient)
{
    private static readonly OptionalParameter[] _parameters =
    [
        new("temperature", Temperature(), options => options.Temperature is not null, options => options.Temperature = null),
        new("response_format", ResponseFormat(), options => options.ResponseFormat is not null, options => options.ResponseFormat = null),
    ];

    private readonly Func<Exception, string?> _readRefusal = readRefusal ?? ReadRefusal;
    private volatile OptionalParameter[] _leftOut = [];

    /// <summary>Gets the names of the parameters that the server refused and that are no longer sent, as they are in requests.</summary>
    public IReadOnlyList<string> LeftOut => [.. _leftOut.Select(parameter => parameter.Name)];

    /// <inheritdoc />
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var leftOut = _leftOut;
        while (true)
        {
            try
            {
                var response = await base.GetResponseAsync(messages, Without(leftOut, options), cancellationToken).ConfigureAwait(false);
                Remember(leftOut);
                return response;
            }
            catch (Exception exception) when (Refused(exception, options, leftOut) is { } refused)
            {
                leftOut = [.. leftOut, refused];
            }
        }
    }

    /// <inheritdoc />
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (updates, isAny) = await BeginAsync(messages, options, cancellationToken).ConfigureAwait(false);
        await using (updates.ConfigureAwait(false))
        {
            for (; isAny; isAny = await updates.MoveNextAsync().ConfigureAwait(false))
            {
                yield return updates.Current;
            }
        }
    }

    private async Task<(IAsyncEnumerator<ChatResponseUpdate> Updates, bool IsAny)> BeginAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var leftOut = _leftOut;
        while (true)
        {
            var updates = base.GetStreamingResponseAsync(messages, Without(leftOut, options), cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            try
            {
                bool isAny = await updates.MoveNextAsync().ConfigureAwait(false);
                Remember(leftOut);
                return (updates, isAny);
            }
            catch (Exception exception)
            {
                await updates.DisposeAsync().ConfigureAwait(false);
                if (Refused(exception, options, leftOut) is not { } refused)
                {
                    throw;
                }

                leftOut = [.. leftOut, refused];
            }
        }
    }

    private void Remember(OptionalParameter[] leftOut)
    {
        // Two calls that learn at the same time may each lose what the other learnt, which the next call learns again.
        if (leftOut.Except(_leftOut).Any())
        {
            _leftOut = [.. _leftOut.Union(leftOut)];
        }
    }

    private OptionalParameter? Refused(Exception exception, ChatOptions? options, OptionalParameter[] leftOut) =>
        options is not null && _readRefusal(exception) is { } message
            ? _parameters.Except(leftOut).FirstOrDefault(parameter => parameter.IsSet(options) && parameter.Names.IsMatch(message))
            : null;

    private static ChatOptions? Without(OptionalParameter[] leftOut, ChatOptions? options)
    {
        if (options is null || !leftOut.Any(parameter => parameter.IsSet(options)))
        {
            return options;
        }

        var rest = options.Clone();
        foreach (var parameter in leftOut)
        {
            parameter.Clear(rest);
        }

        return rest;
    }

    private static string? ReadRefusal(Exception exception) => exception is HttpRequestException { StatusCode: { } status }
        ? status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity ? exception.Message : null
        : RefusalStatus().IsMatch(exception.Message) ? exception.Message : null;

    // As the clients of OpenAI and Azure begin or write it.
    [GeneratedRegex(@"\A(HTTP|Service request failed\.\s+Status:) (400|422)\b|^Status: (400|422)\b",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex RefusalStatus();

    [GeneratedRegex(@"\btemperature\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Temperature();

    [GeneratedRegex(@"\bresponse[_ -]?format\b|\bjson[_ -]?schema\b|\bstructured[_ -]?outputs?\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ResponseFormat();

    /// <summary>A parameter without which a request means the same.</summary>
    /// <param name="Name">Its name in requests.</param>
    /// <param name="Names">Finds it in what a server says.</param>
    /// <param name="IsSet">Determines whether a request has it.</param>
    /// <param name="Clear">Leaves it out.</param>
    private sealed record OptionalParameter(string Name, Regex Names, Func<ChatOptions, bool> IsSet, Action<ChatOptions> Clear);
}
