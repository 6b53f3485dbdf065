using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Resift.AspNetCore;

/// <summary>
/// The way of every request: it gets a name, is admitted, bounded, read, answered, and if anything fails, told in its dialect.
/// </summary>
internal sealed partial class RequestPipeline(
    ResiftServerOptions options, Admission admission, WorkGate gate, ServerMeter meter, TimeProvider time,
    ILogger<RequestPipeline> logger)
{
    private const string RequestIdHeader = "X-Request-Id";
    private const int LongestRequestId = 128;

    // What nginx, and Cohere, call a client that has gone.
    private const int ClientClosedRequest = 499;

    /// <summary>Answers a request that has a body.</summary>
    public Task PostAsync(HttpContext context, ServerEndpoint endpoint) =>
        RunAsync(context, endpoint.DialectOf(context.Request), endpoint.Operation, async (requestId, speak) =>
        {
            using var entered = gate.EnterRequest(context);
            using var document = await BodyReader.ReadAsync(context.Request, options.MaxBodyBytes, context.RequestAborted)
                .ConfigureAwait(false);
            var body = new RequestBody(document.RootElement);
            var dialect = endpoint.DialectOf(context.Request, body);
            speak(dialect);
            return await endpoint.AnswerAsync(context, dialect, body, requestId).ConfigureAwait(false);
        });

    /// <summary>Answers a request that has none.</summary>
    public Task GetAsync(HttpContext context, Dialect dialect, Func<HttpContext, JsonNode> answer) =>
        RunAsync(context, dialect, operation: null, (_, _) =>
        {
            var json = answer(context);
            return Task.FromResult<Action<Utf8JsonWriter>>(writer => json.WriteTo(writer));
        });

    private async Task RunAsync(
        HttpContext context, Dialect dialect, string? operation, Func<string, Action<Dialect>, Task<Action<Utf8JsonWriter>>> answer)
    {
        long start = time.GetTimestamp();
        var record = new RequestRecord { RequestId = RequestIdOf(context.Request), Operation = operation };
        context.Features.Set(record);
        context.Response.Headers[RequestIdHeader] = record.RequestId;
        Reply reply;
        string? error = null;
        try
        {
            record.Key = admission.Admit(context)?.Key.Name;
            var write = await answer(record.RequestId, known => dialect = known).ConfigureAwait(false);
            reply = new(StatusCodes.Status200OK, "application/json", BytesOf(write));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            (reply, error) = (new(ClientClosedRequest, "text/plain", default), "cancelled");
        }
        catch (Exception exception)
        {
            var problem = ProblemOf(exception, record.RequestId);
            (reply, error) = (Refusal(context.Response, dialect, problem, record.RequestId), problem.Name);
        }

        // Before it is sent, so that who has the answer finds it measured.
        var took = time.GetElapsedTime(start);
        double milliseconds = Math.Round(took.TotalMilliseconds, 3);
        meter.Record(context, record, dialect.Name, reply.Status, error, took);
        LogRequest(logger, dialect.Name, operation, reply.Status, error, record.Model, record.Documents, record.Tokens,
            milliseconds, record.Key, record.RequestId);
        await SendAsync(context, reply).ConfigureAwait(false);
    }

    private Reply Refusal(HttpResponse response, Dialect dialect, ServerProblem problem, string requestId)
    {
        problem.SetHeaders(response.Headers, options.RetryAfter);
        return new(dialect.StatusOf(problem.Kind), dialect.ErrorMediaType,
            BytesOf(writer => dialect.Error(problem.Kind, problem.Message, requestId).WriteTo(writer)));
    }

    private static ReadOnlyMemory<byte> BytesOf(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return buffer.WrittenMemory;
    }

    private static async Task SendAsync(HttpContext context, Reply reply)
    {
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.MediaType;
        context.Response.ContentLength = reply.Body.Length;
        try
        {
            await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted).ConfigureAwait(false);
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

    // Without the message of an error, which may repeat what the client wrote.
    [LoggerMessage(Level = LogLevel.Information, Message = "{Dialect} {Operation}: {Status} {Error}, by {Model}, {Documents} documents, " +
        "{Tokens} tokens, {Milliseconds} ms, key {Key}, request {RequestId}.")]
    private static partial void LogRequest(
        ILogger logger, string dialect, string? operation, int status, string? error, string? model, int? documents, long? tokens,
        double milliseconds, string? key, string requestId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The model failed in request {RequestId}.")]
    private static partial void LogModelFailure(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} failed.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string requestId);

    private readonly record struct Reply(int Status, string MediaType, ReadOnlyMemory<byte> Body);
}
