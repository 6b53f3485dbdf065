using System.Net;

namespace Resift;

/// <summary>Distinguishes what may go wrong with a call, for all that react to it.</summary>
internal static class RerankFailures
{
    /// <summary>
    /// Determines whether the caller made a mistake that every reranker would refuse, or called what is
    /// disposed: hiding it would help nobody.
    /// </summary>
    public static bool IsCallersMistake(Exception error) =>
        error is ArgumentException or NotSupportedException or ObjectDisposedException;

    /// <summary>Determines whether something else may answer instead: it is no mistake of the caller, and the caller still waits.</summary>
    public static bool MayBeAnswered(Exception error, CancellationToken cancellationToken) =>
        !IsCallersMistake(error) && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested);

    /// <summary>
    /// Determines whether a call was refused by who could have answered it, such as by a limit of ours or of the provider: a sign of life.
    /// </summary>
    public static bool IsRefusal(Exception error) =>
        error is RerankerRejectedException or RerankerException { StatusCode: HttpStatusCode.TooManyRequests };

    /// <summary>Determines whether a reranker could not answer, which a circuit breaker counts.</summary>
    public static bool IsFailure(Exception error, CancellationToken cancellationToken) =>
        MayBeAnswered(error, cancellationToken) && !IsRefusal(error);
}
