using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Resift.AspNetCore;

/// <summary>Says whether requests should be sent here, and says no for a while before they are no longer taken.</summary>
internal sealed class Readiness(ResiftServerOptions options, TimeProvider time) : IHostedLifecycleService
{
    private volatile bool _isReady;

    /// <summary>Answers who asks whether requests should be sent here.</summary>
    public Task AnswerAsync(HttpContext context) => WriteAsync(context, _isReady);

    /// <summary>Answers who asks whether the process is alive: whoever can answer is.</summary>
    public static Task AnswerAliveAsync(HttpContext context) => WriteAsync(context, isWell: true);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _isReady = true;
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isReady = false;
        await Task.Delay(options.DrainDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The words of llama.cpp; TEI's own health has no body, and its clients read none.
    private static Task WriteAsync(HttpContext context, bool isWell)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(isWell ? """{"status":"ok"}""" : """{"status":"unavailable"}""", context.RequestAborted);
    }
}
