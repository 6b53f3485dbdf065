using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Resift.Local.Hub;

/// <summary>
/// Asks the hub: follows redirects by itself, so that the token stays with the hub, and tries again what may go well the next time.
/// </summary>
internal sealed class HubClient(HttpClient http, Uri endpoint, string? token)
{
    private const int MaxRedirects = 5;
    private const int MaxTries = 5;

    // The facts of a repository with thousands of files take a few megabytes.
    private const int MaxJsonBytes = 32 * 1024 * 1024;

    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(2);

    /// <summary>Gets how long the hub may be silent.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets what waits between two tries.</summary>
    public Func<TimeSpan, CancellationToken, Task> Pause { get; init; } = Task.Delay;

    /// <summary>Gets the address of something on the hub.</summary>
    public Uri At(string path) => new($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>Determines whether an address is on the hub, and not elsewhere.</summary>
    public bool IsOnHub(Uri address) => IsSameOrigin(address, endpoint);

    /// <summary>Does something that may fail for a moment up to five times in a row.</summary>
    /// <param name="attempt">Does it.</param>
    /// <param name="progress">
    /// Gets how much there is of what is wanted; the tries count anew whenever that is more than ever before.
    /// </param>
    /// <param name="onRetry">Called before each pause.</param>
    /// <param name="cancellationToken">Ends the pauses.</param>
    public async Task<T> RetryAsync<T>(
        Func<Task<T>> attempt, Func<long> progress, Action onRetry, CancellationToken cancellationToken)
    {
        long gained = progress();
        for (int tries = 1; ; tries++)
        {
            TimeSpan pause;
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (TransientException failure)
            {
                tries = progress() > gained ? 1 : tries;
                gained = Math.Max(gained, progress());
                pause = failure.RetryAfter ?? TimeSpan.FromSeconds(1 << (tries - 1));
                if (tries == MaxTries || pause > _longestPause)
                {
                    throw failure.Final(isKept: progress() > 0);
                }
            }

            onRetry();
            await Pause(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads JSON, with the address of the page that follows it; null for the last one.</summary>
    public Task<(JsonElement Json, Uri? Next)> ReadJsonAsync(Uri address, HubModelId model, CancellationToken cancellationToken) =>
        RetryAsync(
            async () =>
            {
                using var response = await SendAsync(address, model, range: null, cancellationToken).ConfigureAwait(false);
                using var body = new MemoryStream();
                await CopyAsync(response, MaxJsonBytes, data => body.Write(data.Span), cancellationToken).ConfigureAwait(false);
                try
                {
                    return (JsonElement.Parse(body.GetBuffer().AsSpan(0, (int)body.Length)), NextPage(response, address));
                }
                catch (JsonException)
                {
                    throw new InvalidDataException($"{address} answered something that is no JSON; the hub was expected there. A proxy " +
                        "may have answered in its place.");
                }
            },
            () => 0,
            () => { },
            cancellationToken);

    /// <summary>Asks for something and gets the headers of the answer, which is a success but where a range is refused.</summary>
    /// <exception cref="TransientException">It may go well the next time.</exception>
    /// <exception cref="HttpRequestException">It will not.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Uri address, HubModelId model, long? range, CancellationToken cancellationToken)
    {
        bool isTrusted = IsOnHub(address);
        for (int redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.UserAgent.Add(new("resift", typeof(HubClient).Assembly.GetName().Version!.ToString()));

            // The hash is that of the file and not of what a server packs it into.
            request.Headers.AcceptEncoding.Add(new("identity"));
            request.Headers.Range = range is null ? null : new(range, null);
            request.Headers.Authorization = isTrusted && token is not null ? new("Bearer", token) : null;
            var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                ThrowIfFailed(response, address, model, isTrusted);
                return response;
            }

            response.Dispose();
            var next = new Uri(address, location);
            if (redirects == MaxRedirects || next.Scheme != address.Scheme && next.Scheme != Uri.UriSchemeHttps)
            {
                throw new HttpRequestException(redirects == MaxRedirects
                    ? $"{endpoint} redirects more than {MaxRedirects} times for {model}; is HF_ENDPOINT right?"
                    : $"{address.Host} redirects to {next.Scheme}, which is not encrypted; that is not followed. Is HF_ENDPOINT right?");
            }

            // Whoever was once elsewhere comes back without the token: it is another's address by then.
            isTrusted = isTrusted && IsOnHub(next);
            address = next;
        }
    }

    /// <summary>Copies a body as it comes.</summary>
    /// <exception cref="TransientException">It breaks off, or nothing comes any more.</exception>
    /// <exception cref="InvalidDataException">It is longer than it may be.</exception>
    public async Task CopyAsync(
        HttpResponseMessage response, long maxBytes, Action<ReadOnlyMemory<byte>> write, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        byte[] buffer = new byte[256 * 1024];
        var body = await OrTransientAsync(() => response.Content.ReadAsStreamAsync(silence.Token)).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            for (long length = 0; ;)
            {
                silence.CancelAfter(Silence);
                int count = await OrTransientAsync(() => body.ReadAsync(buffer, silence.Token).AsTask()).ConfigureAwait(false);
                if (count == 0)
                {
                    return;
                }

                length += count;
                if (length > maxBytes)
                {
                    string sender = response.RequestMessage?.RequestUri?.Host ?? endpoint.Host;
                    throw new InvalidDataException(string.Create(
                        CultureInfo.InvariantCulture, $"{sender} sends more than the {maxBytes:N0} bytes that were expected: refused."));
                }

                write(buffer.AsMemory(0, count));
            }
        }

        async Task<T> OrTransientAsync<T>(Func<Task<T>> read)
        {
            try
            {
                return await read().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                throw new TransientException($"The answer of {endpoint.Host} broke off: {exception.Message}", exception);
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TransientException($"{endpoint.Host} sent nothing for {Silence.TotalSeconds:F0} s.", exception);
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Silence);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.SecureConnectionError)
        {
            throw new HttpRequestException($"{request.RequestUri!.Host} shows a certificate that is not trusted here: " +
                $"{exception.Message} If it is your company's, name its authority by SSL_CERT_FILE.", exception);
        }
        catch (HttpRequestException exception) when (
            exception.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError)
        {
            throw new HttpRequestException($"{request.RequestUri!.Host} cannot be reached: {exception.Message}. If there is a proxy, " +
                "name it by HTTPS_PROXY; what is in the cache runs without a network.", exception);
        }
        catch (HttpRequestException exception)
        {
            throw new TransientException($"{request.RequestUri!.Host} cannot be reached: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientException($"{request.RequestUri!.Host} did not answer within {Silence.TotalSeconds:F0} s.", exception);
        }
    }

    private void ThrowIfFailed(HttpResponseMessage response, Uri address, HubModelId model, bool isHub)
    {
        // The wrong range is for whoever asked for one.
        if (response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return;
        }

        using (response)
        {
            var status = response.StatusCode;
            string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
            string said = Header("X-Error-Message") is { Length: > 0 and < 500 } message ? $" It says: {message}" : "";
            string code = Header("X-Error-Code") ?? "";
            string page = $"{endpoint.AbsoluteUri.TrimEnd('/')}/{model.Repository}";
            if (status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500)
            {
                throw new TransientException($"{address.Host} answers with status {(int)status}.{said}")
                {
                    Status = status,
                    RetryAfter = Wanted(response.Headers.RetryAfter),
                };
            }

            throw new HttpRequestException(status switch
            {
                _ when !isHub => $"{address.Host}, which the hub redirects to, answers with status {(int)status}.{said} Try again.",
                _ when code == "GatedRepo" => $"{model.Repository} is gated ({(int)status}): accept its terms at {page}, and " +
                    $"{(token is null ? "set HF_TOKEN to a token of yours" : "use the token of whoever accepted them")}.{said}",
                _ when code == "RevisionNotFound" => $"{model.Repository} has no revision '{model.RevisionOrMain}' at {endpoint}; {page} " +
                    "shows its branches and tags.",
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => token is null
                    ? $"There is no model {model.Repository} at {endpoint} that everybody may see ({(int)status}). Check the name; if it " +
                        $"is gated or private, set HF_TOKEN.{said}"
                    : $"{endpoint} gives {model.Repository} not to this token ({(int)status}); check the name, and HF_TOKEN.{said}",
                HttpStatusCode.NotFound => $"There is no {(address.AbsolutePath.Contains("/api/", StringComparison.Ordinal)
                    ? $"model {model}" : $"file {address.AbsolutePath}")} at {endpoint} (404); check the name.{said}",
                _ => $"{endpoint} answers with status {(int)status} for {model}.{said}",
            }, inner: null, status);
        }
    }

    private static TimeSpan? Wanted(RetryConditionHeaderValue? after)
    {
        var wanted = after?.Delta ?? after?.Date - DateTimeOffset.UtcNow;
        return wanted < TimeSpan.Zero ? TimeSpan.Zero : wanted;
    }

    // <address>; rel="next"
    private static Uri? NextPage(HttpResponseMessage response, Uri address)
    {
        string[] links = response.Headers.TryGetValues("Link", out var values) ? string.Join(',', values).Split(',') : [];
        string? next = links.FirstOrDefault(link => link.Contains("rel=\"next\"", StringComparison.Ordinal));
        return next?.Split('<', '>') is [_, var target, ..] ? new Uri(address, target) : null;
    }

    private static bool IsSameOrigin(Uri a, Uri b) =>
        Uri.Compare(a, b, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}

/// <summary>The hub, or the way to it, failed in a way that may be over the next time.</summary>
internal sealed class TransientException(string message, Exception? inner = null) : Exception(message, inner)
{
    public HttpStatusCode? Status { get; init; }

    /// <summary>Gets how long the hub asks to wait; null if it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets what is thrown once it is tried no more.</summary>
    /// <param name="isKept">Whether something came that is kept.</param>
    public HttpRequestException Final(bool isKept)
    {
        string wait = RetryAfter is { } after
            ? string.Create(CultureInfo.InvariantCulture, $" It asks to wait for {Math.Ceiling(after.TotalSeconds):F0} s.")
            : "";
        string kept = isKept ? " What came is kept: the same again goes on from there." : "";
        return new($"{Message.TrimEnd('.')}.{wait}{kept}", this, Status);
    }
}
