using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Resift.AspNetCore;

/// <summary>
/// The way of every request: it gets a name, is admitted, bounded, read, answered, and if anything fails, told in its dialect.
/// </summary>
internal sealed partial class RequestPipeline(
    ResiftServerOptions options, Admission admission, WorkGate gate, ILogger<RequestPipeline> logger)
{
    private const string RequestIdHeader = "X-Request-Id";
    private const int LongestRequestId = 128;

    // What nginx, and Cohere, call a client that has gone. Nobody reads it but the log.
    private const int ClientClosedRequest = 499;

    /// <summary>Answers a request that has a body.</summary>
    public Task PostAsync(HttpContext context, ServerEndpoint endpoint) =>
        RunAsync(context, endpoint.DialectOf(context.Request), async (requestId, speak) =>
        {
            using var entered = gate.EnterRequest();
            using var document = await BodyReader.ReadAsync(context.Request, options.MaxBodyBytes, context.RequestAborted)
                .ConfigureAwait(false);
            var body = new RequestBody(document.RootElement);
            var dialect = endpoint.DialectOf(context.Request, body);
            speak(dialect);
            return await endpoint.AnswerAsync(context, dialect, body, requestId).ConfigureAwait(false);
        });

    /// <summary>Answers a request that has none.</summary>
    public Task GetAsync(HttpContext context, Dialect dialect, Func<JsonNode> answer) => RunAsync(context, dialect, (_, _) =>
    {
        var json = answer();
        return Task.FromResult<Action<Utf8JsonWriter>>(writer => json.WriteTo(writer));
    });

    private async Task RunAsync(
        HttpContext context, Dialect dialect, Func<string, Action<Dialect>, Task<Action<Utf8JsonWriter>>> answer)
    {
        string requestId = RequestIdOf(context.Request);
        context.Response.Headers[RequestIdHeader] = requestId;
        int status = StatusCodes.Status200OK;
        Action<Utf8JsonWriter> write;
        try
        {
            admission.ThrowUnlessAdmitted(context);
            write = await answer(requestId, known => dialect = known).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = ClientClosedRequest;
            return;
        }
        catch (Exception exception)
        {
            var problem = ProblemOf(exception, requestId);
            status = dialect.StatusOf(problem.Kind);
            if (problem.Kind is ProblemKind.Overloaded or ProblemKind.Unavailable)
            {
                double seconds = Math.Ceiling((problem.RetryAfter ?? options.RetryAfter).TotalSeconds);
                context.Response.Headers.RetryAfter = Math.Max(1, seconds).ToString("F0", CultureInfo.InvariantCulture);
            }

            write = writer => dialect.Error(problem.Kind, problem.Message, requestId).WriteTo(writer);
        }

        string mediaType = status == StatusCodes.Status200OK ? "application/json" : dialect.ErrorMediaType;
        await WriteAsync(context, status, mediaType, write).ConfigureAwait(false);
    }

    private static async Task WriteAsync(HttpContext context, int status, string mediaType, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = buffer.WrittenCount;
        try
        {
            await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to be told.
        }
    }

    private ServerProblem ProblemOf(Exception exception, string requestId)
    {
        switch (exception)
        {
            case ServerProblem problem:
                return problem;
            case ModelFailure failure:
                LogModelFailure(logger, failure.InnerException!, requestId);
                return new(failure.Kind, failure.Message);
            default:
                LogUnexpected(logger, exception, requestId);
                return new(ProblemKind.Internal, $"The server failed; its log says why, under the request id {requestId}.");
        }
    }

    // A name of the client's own is kept, so that both logs have it, if it is one that a log and a header can take.
    private static string RequestIdOf(HttpRequest request)
    {
        string given = request.Headers[RequestIdHeader].ToString();
        return given.Length is > 0 and <= LongestRequestId && given.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? given
            : Guid.NewGuid().ToString();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The model failed in request {RequestId}.")]
    private static partial void LogModelFailure(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} failed.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string requestId);
}
