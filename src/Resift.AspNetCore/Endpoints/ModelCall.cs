namespace Resift.AspNetCore;

/// <summary>Calls a model, and turns what it throws into what a client is told.</summary>
internal static class ModelCall
{
    /// <exception cref="ServerProblem">The model refused the call, or failed.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (RerankerRejectedException exception)
        {
            throw new ServerProblem(ProblemKind.Overloaded, exception.Message) { RetryAfter = exception.RetryAfter };
        }
        catch (Exception exception) when (exception is RerankerException { IsTransient: true } or TimeoutException
            or ObjectDisposedException)
        {
            throw new ModelFailure(ProblemKind.Unavailable, "The model cannot answer now; try again later.", exception);
        }
        catch (Exception exception) when (exception is RerankerException)
        {
            // What a provider said may name its address and account.
            throw new ModelFailure(ProblemKind.ModelFailed, "The model failed; the server's log says why.", exception);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            // The parameter of some method says nothing to a client.
            throw new ServerProblem(ProblemKind.Invalid, exception.Message.Split(" (Parameter '")[0]);
        }
    }
}

/// <summary>A failure of a model, with what the client is told, and the cause for the log.</summary>
internal sealed class ModelFailure(ProblemKind kind, string message, Exception cause) : Exception(message, cause)
{
    public ProblemKind Kind => kind;
}
