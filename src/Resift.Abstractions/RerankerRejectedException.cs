namespace Resift;

/// <summary>
/// A call was refused before anything was asked: the queue of a limit is full, a budget is spent, a circuit breaker is open.
/// </summary>
/// <remarks>
/// Nothing is wrong with the reranker that would have answered, so a circuit breaker does not count it; another reranker may answer
/// instead. <see cref="RerankerException.RetryAfter"/> says when to come again, where that is known.
/// </remarks>
public class RerankerRejectedException : RerankerException
{
    /// <summary>Creates the exception with a default message.</summary>
    public RerankerRejectedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected, what came, and what to do.</param>
    public RerankerRejectedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What was expected, what came, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RerankerRejectedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
